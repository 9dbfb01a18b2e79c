import Foundation
import GRDB
import PerigeeTesting
import Testing

/// What NASA sent is what is published: every value, digit for digit.
struct ValueTests {
    @Test(
        "A week's rows are its body's, in table and CSV",
        arguments: [
            ("2020-02-03", "2020-02-10"), ("2023-11-29", "2023-12-06"), ("2015-09-07", "2015-09-10"),
        ])
    func rowsAreTheBodys(from: String, to: String) async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let run = try await place.json("run", "--from", from, "--to", to)
        #expect(try await replay.stats() == ["feed": 1])
        let body = try NeoWsBody(try await replay.feed(from, to))
        try #require(body.count > 30)
        #expect(try run["rows.inserted"] == body.count)
        #expect(try run["rows.quarantined"] == 0)

        let csv = try #require(CSVReader.lines(Array(try place.bytes("data/landing/nasa_neo_processed_\(to).csv"))))
        #expect(csv.first?.joined(separator: ",") == Self.header)
        #expect(Array(csv.dropFirst()) == body.rows)
        try expectTable(place, holds: body)
    }

    @Test("What is landed is what was served, but for the key")
    func landedIsServed() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let served = String(decoding: try await replay.feed("2020-02-03", "2020-02-10"), as: UTF8.self)
        let landed = String(decoding: try place.bytes("data/landing/nasa_neo_raw_2020-02-10.json"), as: UTF8.self)
        #expect(served.contains("api_key=DEMO_KEY"))
        #expect(landed == served.replacingOccurrences(of: "api_key=DEMO_KEY", with: "api_key=REDACTED"))
    }

    @Test("A year is 46 requests, and each row is as its landed body has it")
    func year() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let run = try await place.backfill()
        #expect(try await replay.stats() == ["feed": 46])
        #expect(try run["windows.published"] == 46)
        #expect(try run["requests.sent"] == 46)
        let bodies = try place.landed("nasa_neo_raw_").filter { !$0.hasSuffix(".manifest.json") }.map {
            try NeoWsBody(try place.bytes("data/landing/\($0)"))
        }
        #expect(bodies.count == 46)
        let lines = bodies.flatMap(\.lines).sorted()
        #expect(try place.records() == lines)
        #expect(try await lines == Replay.year.lines.sorted())
        #expect(Set(lines).count == lines.count)
        // Objects without an absolute magnitude, which are few among NASA's and none among simulated ones: nothing
        // becomes 0.
        let bare = bodies.flatMap(\.rows).filter { $0[3].isEmpty }.count
        #expect(Replay.isSimulated || bare > 0)
        #expect(
            try place.count(
                "SELECT COUNT(*) FROM nasa_neo_data WHERE absolute_magnitude_h IS NULL AND estimated_diameter_km_max IS NULL AND estimated_diameter_km_min IS NULL"
            )
                == bare)
        #expect(
            try place.count(
                "SELECT COUNT(*) FROM nasa_neo_data WHERE absolute_magnitude_h = 0 OR estimated_diameter_km_max = 0")
                == 0)
    }

    @Test("A back-fill does not move the checkpoint, a run does")
    func checkpoint() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("backfill", "--from", "2020-03-01", "--to", "2020-03-31")
        let summary: [String: Any] = try await place.json("status", "--hash")["summary"]
        #expect(summary["checkpoint"] == nil)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try await place.json("status", "--hash")["summary.checkpoint"] == "2020-02-10")
        _ = try await place.json("run", "--from", "2020-01-03", "--to", "2020-01-10")
        #expect(try await place.json("status", "--hash")["summary.checkpoint"] == "2020-02-10")
    }

    // MARK: The table

    private static let header =
        "id,neo_reference_id,name,absolute_magnitude_h,is_potentially_hazardous_asteroid,estimated_diameter_km_max,"
        + "estimated_diameter_km_min,close_approach_date_full,velocity_kps,miss_distance_km,orbiting_body,date,is_sentry_object"

    /// Columns in the order of the CSV, and the kind of their values.
    private static let texts = [
        (0, "id"), (1, "neo_reference_id"), (2, "name"), (7, "close_approach_date_full"), (10, "orbiting_body"),
        (11, "observation_date"),
    ]
    private static let numbers = [
        (3, "absolute_magnitude_h"), (5, "estimated_diameter_km_max"), (6, "estimated_diameter_km_min"),
        (8, "velocity_kps"), (9, "miss_distance_km"),
    ]
    private static let flags = [(4, "is_potentially_hazardous_asteroid"), (12, "is_sentry_object")]

    private func expectTable(_ place: Workplace, holds body: NeoWsBody) throws {
        let found = try place.rows("SELECT * FROM nasa_neo_data").sorted {
            ($0["source_record"] as String) < ($1["source_record"] as String)
        }
        let expected = body.rows.sorted { NeoWsBody.line($0) < NeoWsBody.line($1) }
        try #require(found.count == expected.count)
        for (row, fields) in zip(found, expected) {
            #expect(row["source_record"] == NeoWsBody.line(fields))
            for (index, column) in Self.texts {
                #expect(row[column] == (fields[index].isEmpty ? nil : fields[index]), "\(column)")
            }
            for (index, column) in Self.numbers { #expect(row[column] == Double(fields[index]), "\(column)") }
            for (index, column) in Self.flags {
                #expect(row[column] == (fields[index].isEmpty ? nil : fields[index] == "True"), "\(column)")
            }
        }
    }
}
