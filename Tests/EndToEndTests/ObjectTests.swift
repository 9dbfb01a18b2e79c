import Foundation
import GRDB
import PerigeeTesting
import Testing

/// NeoWs's other two endpoints: an object, and pages of the catalogue.
struct ObjectTests {
    @Test(
        "An object's lookup publishes all its approaches and its orbit, beside the feed's rows and without touching them"
    )
    func lookup() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let (id, object) = try await Self.repeatedVisitor(of: replay)
        let approaches = object["close_approach_data"]?.elements ?? []

        let before = try place.rows("SELECT * FROM nasa_neo_data WHERE source = 'feed'").map(\.description).sorted()
        let report = try await place.json("lookup", id)
        #expect(try report["command"] == "lookup")
        #expect(try report["requests.sent"] == 1)
        let rows = try place.rows(
            "SELECT observation_date, source_record FROM nasa_neo_data WHERE id = '\(id)' ORDER BY 1")
        #expect(rows.map { $0[0] as String } == approaches.compactMap { $0["close_approach_date"]?.text }.sorted())
        #expect(
            try place.rows("SELECT * FROM nasa_neo_data WHERE source = 'feed'").map(\.description).sorted() == before)
        let orbit = try #require(try place.rows("SELECT * FROM nasa_neo_orbits WHERE id = '\(id)'").first)
        #expect(
            orbit["minimum_orbit_intersection"]
                == object["orbital_data"]?["minimum_orbit_intersection"]?.text.flatMap(Double.init))
        #expect(orbit["equinox"] == "J2000")
        #expect(orbit["orbit_class_type"] == object["orbital_data"]?["orbit_class"]?["orbit_class_type"]?.text)

        // Looked up again: asked again, nothing changes.
        let again = try await place.json("lookup", id)
        #expect(try again["requests.sent"] == 1)
        #expect(try again["rows.inserted"] == 0)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        // The week again: a feed leaves alone what only a lookup knows.
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE id = '\(id)'") == approaches.count)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        let table = try await place.perigee("lookup", id)
        #expect(table.status == 0)
        #expect(table.output.contains(id))
        #expect(try place.leftovers() == [])
    }

    /// An object that comes by in that week, and another time or by another body as well, with what a lookup says of
    /// it.
    private static func repeatedVisitor(of replay: Replay) async throws -> (id: String, object: StrictJSON.Value) {
        for id in try await Replay.week.rows.map({ $0[0] }).sorted() {
            let (_, served) = try await Web.get("\(replay.baseURL)/neo/\(id)", headers: ["X-Api-Key": "ANOTHER_KEY"])
            let object = try StrictJSON.read(Array(served)).value
            if object["close_approach_data"]?.elements.count ?? 0 > 1 { return (id, object) }
        }
        throw Failure(message: "nobody comes by twice")
    }

    @Test("Pages of the catalogue publish twenty objects each, once")
    func browse() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let first = try await place.json("browse", "--page", "3", "--pages", "2")
        #expect(try first["windows.published"] == 2)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_orbits") == 40)
        #expect(try place.count("SELECT COUNT(DISTINCT id) FROM nasa_neo_data") == 40)
        let second = try await place.json("browse", "--page", "2", "--pages", "3")
        #expect(try second["windows.skipped"] == 2)
        #expect(try second["requests.sent"] == 1)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_orbits") == 60)
        let (_, body) = try await Web.get(
            "\(replay.baseURL)/neo/browse?page=4&size=20", headers: ["X-Api-Key": "ANOTHER_KEY"])
        let objects = try StrictJSON.read(Array(body)).value["near_earth_objects"]?.elements ?? []
        let ids = objects.compactMap { $0["id"]?.text }
        #expect(ids.count == 20)
        #expect(
            try place.count("SELECT COUNT(*) FROM nasa_neo_orbits WHERE id IN (\(ids.joined(separator: ", ")))") == 20)
        #expect(try place.leftovers() == [])
    }

    @Test("The whole catalogue: as many requests as pages, all approaches of the year")
    func all() async throws {
        let replay = try await Replay()
        // All that comes by in 2020, in pages of twenty.
        let catalog = try await Proxy(
            to: replay.baseURL,
            edit: """
                import datetime, re
                if not path.startswith("/neo/browse"):
                    return status, headers, body
                if "objects" not in STATE:
                    objects, day, ask = {}, datetime.date(2020, 1, 1), {"X-Api-Key": "ANOTHER_KEY"}
                    while day.year == 2020:
                        last = min(day + datetime.timedelta(7), datetime.date(2020, 12, 31))
                        request = urllib.request.Request(f"{TARGET}/feed?start_date={day}&end_date={last}", headers=ask)
                        for listed in json.load(urllib.request.urlopen(request), parse_float=lambda text: "digits:" + text)["near_earth_objects"].values():
                            for one in listed:
                                known = objects.setdefault(one["id"], one)
                                if known is not one:
                                    known["close_approach_data"] += one["close_approach_data"]
                        day = last + datetime.timedelta(1)
                    STATE["objects"] = sorted(objects.values(), key=lambda one: one["id"])
                objects = STATE["objects"]
                page = int(path.split("page=")[1].split("&")[0])
                pages = (len(objects) + 19) // 20
                told = {"size": 20, "total_elements": len(objects), "total_pages": pages, "number": page}
                body = json.dumps({"links": {}, "page": told, "near_earth_objects": objects[20 * page:20 * page + 20]})
                return 200, headers, re.sub('"digits:([^"]*)"', r"\\1", body).encode()
                """)
        let place = try Workplace(service: catalog.baseURL)
        let report = try await place.json("browse", "--all", "--concurrency", "1")
        #expect(try report["status"] == "succeeded")
        let year = try await Replay.year
        #expect(try report["requests.sent"] == (Set(year.rows.map { $0[0] }).count + 19) / 20)
        #expect(try place.records() == year.lines.sorted())
        // The feed's own year comes to the same rows, and takes them over.
        _ = try await place.backfill()
        #expect(try place.records() == year.lines.sorted())
        #expect(try await place.contentHash() == UndisturbedYear.shared.contentHash)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE source <> 'feed'") == 0)
        #expect(try place.leftovers() == [])
    }
}
