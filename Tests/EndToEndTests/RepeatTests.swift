import Foundation
import GRDB
import PerigeeTesting
import Testing

/// The same again changes nothing; what NASA changes, and only that, is kept in the history.
struct RepeatTests {
    @Test("The same run again: no request, no history, no duplicate, the same hash, no row touched")
    func again() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        let before = try table(place)
        let files = try place.landed("")
        let second = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try await replay.stats() == ["feed": 1])
        #expect(try second["windows.skipped"] == 1)
        #expect(try second["requests.sent"] == 0)
        #expect(try await place.contentHash() == hash)
        #expect(try table(place) == before)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        #expect(try place.landed("") == files)
    }

    @Test("More answers to one window than a run has in hand at a time are all landed and gone through")
    func manyAnswers() async throws {
        let place = try Workplace()
        let folder = place.folder("bodies")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let body = Sample.feed([("2020-02-03", [Sample.object()])])
        for number in 0..<400 {
            try (body + String(repeating: " ", count: number)).write(
                toFile: "\(folder)/\(number).json", atomically: false, encoding: .utf8)
        }
        let report = try await place.json("run", "--raw", "bodies")
        #expect(try report["windows.published"] == 1)
        #expect(try report["windows.not_begun"] == 0)
        #expect(try place.landed("nasa_neo_raw_").count { $0.hasSuffix(".manifest.json") } == 400)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == 1)
    }

    @Test("Asked again, the same body changes nothing")
    func refreshed() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let before = try table(place)
        let second = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        #expect(try await replay.stats() == ["feed": 2])
        #expect(try await second["rows.unchanged"] == Replay.week.count)
        #expect(try second["rows.inserted"] == 0)
        #expect(try table(place) == before)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        // The second answer is evidence as well: a line of its own, of the one body.
        #expect(
            try place.landed("nasa_neo_raw_") == [
                "nasa_neo_raw_2020-02-10.json", "nasa_neo_raw_2020-02-10.manifest.json",
                "nasa_neo_raw_2020-02-10.r2.manifest.json",
            ])
    }

    @Test(
        "A lost store is rebuilt from the landing zone, which stays as it is; a landed body that was damaged since is named and left out"
    )
    func rebuilt() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("backfill", "--from", "2020-02-03", "--to", "2020-02-26")
        let hash = try await place.contentHash()
        let files = try place.landed("")
        for name in try FileManager.default.contentsOfDirectory(atPath: place.folder("data"))
        where name.hasPrefix("perigee.sqlite") {
            try FileManager.default.removeItem(atPath: place.folder("data/\(name)"))
        }
        let rebuilt = try await place.json("run", "--raw", Workplace.landing)
        #expect(try rebuilt["windows.published"] == 3)
        #expect(try rebuilt["requests.sent"] == 0)
        #expect(try await place.contentHash() == hash)
        #expect(try place.landed("") == files)
        #expect(try await replay.stats() == ["feed": 3])

        // A digit of another one.
        let damaged = place.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-18.json")
        let body = try String(contentsOfFile: damaged, encoding: .utf8)
        try body.replacingOccurrences(of: "\"element_count\":", with: "\"element_count\": ").write(
            toFile: damaged, atomically: true, encoding: .utf8)
        let other = try await place.perigee("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
        #expect(other.status == 65, "\(other.errors)")
        #expect(other.errors.contains("nasa_neo_raw_2020-02-18.json"), "\(other.errors)")
        #expect(other.errors.contains("SHA-256"), "\(other.errors)")
        #expect(
            try place.count(
                "SELECT COUNT(DISTINCT batch) FROM nasa_neo_observations WHERE state = 'published'",
                store: "data/other.sqlite") == 2)
    }

    @Test("One revised value is one history row; reverted, all values are back and unchanged rows were never touched")
    func revised() async throws {
        let nasa = try await RevisedService(of: try await Self.backend.value.baseURL)
        let place = try Workplace(service: nasa.baseURL)
        let id = try await Replay.loneApproach[0]
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        let before = try table(place)
        let old = try #require(try place.rows("SELECT * FROM nasa_neo_data WHERE id = '\(id)'").first)

        try await nasa.revise(.distance(id, au: "0.0004412345"))
        let second = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        #expect(try second["rows.revised"] == 1)
        #expect(try await second["rows.unchanged"] == Replay.week.count - 1)
        let history = try place.rows("SELECT * FROM nasa_neo_history")
        try #require(history.count == 1)
        #expect(history[0]["change_kind"] == "revised")
        #expect(history[0]["source_record"] == old["source_record"] as String?)
        #expect(history[0]["miss_distance_km"] == old["miss_distance_km"] as Double?)
        let superseding =
            "SELECT published_run FROM nasa_neo_observations WHERE observation_id = \(history[0]["superseded_by"] as Int64)"
        #expect(try place.count(superseding) == 2)
        let new = try #require(try place.rows("SELECT * FROM nasa_neo_data WHERE id = '\(id)'").first)
        let revised = try NeoWsBody(try await nasa.feed("2020-02-03", "2020-02-10")).rows.first { $0[0] == id }
        #expect(new["source_record"] == revised.map(NeoWsBody.line))
        #expect(new["miss_distance_km"] == revised.flatMap { Double($0[9]) })
        #expect(new["source_record"] != old["source_record"] as String?)
        #expect(new["created_at"] == old["created_at"] as String?)
        #expect(new["first_seen"] == old["first_seen"] as String?)
        #expect(try table(place).filter { !$0.contains(id) } == before.filter { !$0.contains(id) })

        try await nasa.revise()
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        #expect(try await place.contentHash() == hash)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history WHERE change_kind = 'revised'") == 2)
        #expect(try table(place).filter { !$0.contains(id) } == before.filter { !$0.contains(id) })
    }

    @Test("An approach that is gone from the body is retired, not deleted; when it returns, so does its first day")
    func retired() async throws {
        let nasa = try await RevisedService(of: try await Self.backend.value.baseURL)
        let place = try Workplace(service: nasa.baseURL)
        let id = try await Replay.loneApproach[0]
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        let before = try table(place)
        try await nasa.revise(.gone(id))
        let second = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        let others = try await Replay.week.count - 1
        #expect(try second["rows.retired"] == 1)
        #expect(try second["rows.unchanged"] == others)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == others)
        #expect(
            try place.rows("SELECT id, change_kind FROM nasa_neo_history").map {
                "\($0[0] as String) \($0[1] as String)"
            } == ["\(id) retired"])
        #expect(try await place.contentHash() != hash)

        try await nasa.revise()
        let third = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        #expect(try third["rows.inserted"] == 1)
        #expect(try await place.contentHash() == hash)
        #expect(try table(place).filter { !$0.contains(id) } == before.filter { !$0.contains(id) })
        let returned = try #require(
            try place.rows("SELECT created_at, first_seen FROM nasa_neo_data WHERE id = '\(id)'").first)
        #expect(
            before.contains {
                $0.contains(id) && $0.contains(returned[0] as String) && $0.contains(returned[1] as String)
            })
    }

    private static let backend = Task { try await Replay() }

    /// Every value of every row, in a fixed order.
    private func table(_ place: Workplace) throws -> [String] {
        try place.rows("SELECT * FROM nasa_neo_data ORDER BY observation_date, id, orbiting_body").map { row in
            row.databaseValues.map(\.description).joined(separator: "|")
        }
    }
}
