import Foundation
import GRDB
import PerigeeTesting
import Testing

/// NeoWs's other two endpoints: an object, and pages of the catalogue.
@Suite(.enabled(if: Shared.isAvailable, "\(Shared.notice)"))
struct ObjectTests {
    @Test("An object's lookup publishes all its approaches and its orbit, beside the feed's rows and without touching them")
    func lookup() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        // An object that comes by in that week, and at another time of 2020 as well.
        let inWeek = Set(try NeoWsBody(try await replay.feed("2020-02-03", "2020-02-10")).rows.map { $0[0] })
        let year = try await UndisturbedYear.shared.records.compactMap { CSVReader.lines(Array(($0 + "\r\n").utf8))?.first?.first }
        let id = try #require(year.filter { one in inWeek.contains(one) && year.count { $0 == one } > 1 }.min())
        try await replay.reset()
        let (_, served) = try await Web.get("\(replay.baseURL)/neo/\(id)", headers: ["X-Api-Key": "ANOTHER_KEY"])
        let object = try StrictJSON.read(Array(served)).value
        let approaches = object["close_approach_data"]?.elements ?? []
        try #require(approaches.count > 1)

        let before = try place.rows("SELECT * FROM nasa_neo_data WHERE source = 'feed'").map(\.description).sorted()
        let report = try await place.json("lookup", id)
        #expect(try report["command"] == "lookup")
        #expect(try report["requests.sent"] == 1)
        let rows = try place.rows("SELECT observation_date, source_record FROM nasa_neo_data WHERE id = '\(id)' ORDER BY 1")
        #expect(rows.map { $0[0] as String } == approaches.compactMap { $0["close_approach_date"]?.text }.sorted())
        #expect(try place.rows("SELECT * FROM nasa_neo_data WHERE source = 'feed'").map(\.description).sorted() == before)
        let orbit = try #require(try place.rows("SELECT * FROM nasa_neo_orbits WHERE id = '\(id)'").first)
        #expect(orbit["minimum_orbit_intersection"] == object["orbital_data"]?["minimum_orbit_intersection"]?.text.flatMap(Double.init))
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
        let (_, body) = try await Web.get("\(replay.baseURL)/neo/browse?page=4&size=20", headers: ["X-Api-Key": "ANOTHER_KEY"])
        let objects = try StrictJSON.read(Array(body)).value["near_earth_objects"]?.elements ?? []
        let ids = objects.compactMap { $0["id"]?.text }
        #expect(ids.count == 20)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_orbits WHERE id IN (\(ids.joined(separator: ", ")))") == 20)
        #expect(try place.leftovers() == [])
    }

    @Test("The whole catalogue: as many requests as pages, 4,700 approaches")
    func all() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let report = try await place.json("browse", "--all")
        #expect(try report["status"] == "succeeded")
        let objects = try place.count("SELECT COUNT(*) FROM nasa_neo_orbits")
        #expect(try await replay.stats() == ["neo": (objects + 19) / 20])
        #expect(try place.records() == (try await UndisturbedYear.shared.records))
        // The feed's own year comes to the same rows, and takes them over.
        _ = try await place.backfill()
        try await expectUndisturbed(place)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE source <> 'feed'") == 0)
    }
}
