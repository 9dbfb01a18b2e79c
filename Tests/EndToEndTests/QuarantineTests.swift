import Foundation
import PerigeeTesting
import Testing

/// What breaks a rule is kept aside with its reason, shown, and tried again.
struct QuarantineTests {
    /// Always spoils the same two records: a speed that is a word, a distance that does not fit its au.
    private static let spoil = """
        fed = json.loads(body)
        if "2020-02-04" in fed.get("near_earth_objects", {}):
            day = fed["near_earth_objects"]["2020-02-04"]
            day[0]["close_approach_data"][0]["relative_velocity"]["kilometers_per_second"] = "fast"
            day[1]["close_approach_data"][0]["miss_distance"]["kilometers"] = "1.0"
            body = json.dumps(fed).encode()
        return status, headers, body
        """

    @Test(
        "A lasting bad record: the rest is published, list and show say what is wrong, replay with a mended body resolves it"
    )
    func lasting() async throws {
        let replay = try await Replay()
        let spoilt = try await Proxy(to: replay.baseURL, edit: Self.spoil)
        let place = try Workplace(service: spoilt.baseURL)
        let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let listed = try await Replay.week.count
        #expect(try run["rows.inserted"] == listed - 2)
        #expect(try run["rows.quarantined"] == 2)
        #expect(
            try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE velocity_kps = 0 OR miss_distance_km < 2") == 0)

        let list = try await place.json("quarantine", "list")
        #expect(try list["schema"] == "perigee.quarantine/1")
        let entries = try list.list("entries")
        #expect(try Set(entries.map { try $0["rule"] as String }) == ["field-type", "distance-units"])
        let entry = try #require(try entries.first { try $0["rule"] == "field-type" })
        let path: String = try entry["path"]
        #expect(
            path
                == #"$.near_earth_objects["2020-02-04"][0].close_approach_data[0].relative_velocity.kilometers_per_second"#
        )
        #expect(try entry["value"] as String == "fast" || entry["value"] as String == "\"fast\"")
        #expect(try entry["raw_file"] == "nasa_neo_raw_2020-02-10.json")
        #expect(try entry["status"] == "open")
        let id: Int = try entry["id"]
        let shown = try await place.perigee("quarantine", "show", "\(id)")
        #expect(shown.status == 0)
        #expect(shown.output.contains(path))
        #expect(shown.output.contains("fast"))
        #expect(shown.output.contains("field-type"))
        #expect(try await place.json("quarantine", "show", "\(id)").list("entries").count == 1)
        #expect(try await place.perigee("quarantine", "list").output.contains("distance-units"))
        #expect(try await place.json("status", "--hash")["summary.open_quarantine"] == 2)

        // The same body again resolves nothing, and makes no second entry.
        _ = try await place.json("quarantine", "replay")
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_quarantine WHERE status = 'open'") == 2)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == listed - 2)

        let mended = try await place.json("quarantine", "replay", "--refresh", service: replay.baseURL)
        #expect(try mended["rows.inserted"] == 2)
        #expect(try mended["rows.quarantined"] == 0)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == listed)
        #expect(try await place.json("quarantine", "list").list("entries").isEmpty)
        let resolved = try await place.json("quarantine", "list", "--all").list("entries")
        #expect(try resolved.map { try $0["status"] as String } == ["resolved", "resolved"])
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        #expect(try place.leftovers() == [])
    }

    @Test("A published row whose next version breaks a rule is not taken back")
    func publishedBefore() async throws {
        let replay = try await Replay()
        let spoilt = try await Proxy(to: replay.baseURL, edit: Self.spoil)
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        let run = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh", service: spoilt.baseURL)
        #expect(try run["rows.quarantined"] == 2)
        #expect(try run["rows.retired"] == 0)
        #expect(try await place.contentHash() == hash)
    }

    @Test("An empty quarantine says so; an entry that is not there is 64")
    func empty() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try await place.perigee("quarantine").output == "The quarantine is empty.\n")
        #expect(try await place.perigee("quarantine", "show", "1").status == 64)
        #expect(try await place.json("quarantine", "replay")["windows.planned"] == 0)
    }
}
