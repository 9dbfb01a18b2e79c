import Foundation
import GRDB
import PerigeeTesting
import Testing

/// The commands that look at what was published.
@Suite(.serialized)
struct LookingTests {
    /// A store with a week of 2020, for all tests here.
    private static let week = Task {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        return (place: place, body: try await Replay.week)
    }

    @Test("Approaches as JSON: every digit, filtered and sorted as asked for")
    func approaches() async throws {
        let (place, body) = try await Self.week.value
        let all = try await place.json("approaches")
        #expect(try all["schema"] == "perigee.approaches/1")
        #expect(try all["count"] == body.count)
        let digits = try await place.approaches().map {
            "\($0["id"]?.text ?? "") \($0["miss_distance_km"]?.text ?? "") \($0["velocity_kps"]?.text ?? "")"
        }
        #expect(digits.sorted() == body.rows.map { "\($0[0]) \($0[9]) \($0[8])" }.sorted())
        let dates = try all.list("approaches").map { try $0["close_approach_date_full"] as String }
        #expect(dates == dates.sorted())

        let hazardous = body.rows.filter { $0[4] == "True" }
        #expect(try await ids("--hazardous") == Set(hazardous.map { $0[0] }))
        let near = body.rows.filter { Self.number($0[9]) <= 10 * 149_597_870.0 / 389 }
        try #require(!near.isEmpty && near.count < body.count)
        #expect(try await ids("--within", "10") == Set(near.map { $0[0] }))
        #expect(
            try await ids("--from", "2020-02-05", "--to", "2020-02-06")
                == Set(body.rows.filter { ["2020-02-05", "2020-02-06"].contains($0[11]) }.map { $0[0] }))
        let one = body.rows[0][0]
        #expect(try await ids("--object", one) == [one])
        #expect(try await ids("--body", "Venus").isEmpty)
        #expect(try await ids("--sentry") == Set(body.rows.filter { $0[12] == "True" }.map { $0[0] }))
    }

    @Test("A body that NASA lists nothing under is told; without a number, show and logs take the newest run")
    func leftOut() async throws {
        let place = try await Self.week.value.place
        for command in ["approaches", "next"] {
            let none = try await place.perigee(command, "--body", "xx")
            #expect(none.status == 0 && none.errors.contains("--body xx is no body that NASA lists"), "\(none.errors)")
            let known = try await place.perigee(command, "--body", "Neptune")
            #expect(known.status == 0 && !known.errors.contains("no body"), "\(known.errors)")
        }
        for command in ["show", "logs"] {
            let newest = try await place.perigee(command)
            #expect(newest.status == 0 && newest.errors.contains("this is the newest, 1"), "\(newest.errors)")
            #expect(try await place.perigee(command, "1").output == newest.output)
            #expect(try await place.perigee(command, "1").errors.isEmpty)
        }
    }

    @Test(
        "Orders are orders",
        arguments: [("distance", 9, true), ("velocity", 8, false), ("size", 5, false), ("magnitude", 3, true)])
    func order(name: String, column: Int, ascending: Bool) async throws {
        let (place, body) = try await Self.week.value
        let sorted = body.rows.filter { !$0[column].isEmpty }.map { Self.number($0[column]) }.sorted(
            by: ascending ? { $0 < $1 } : { $0 > $1 })
        let keys = [
            9: "miss_distance_km", 8: "velocity_kps", 5: "estimated_diameter_km_max", 3: "absolute_magnitude_h",
        ]
        let key = try #require(keys[column])
        let found = try await place.json("approaches", "--sort", name, "--limit", "20").list("approaches").map {
            try $0[key] as Double
        }
        #expect(found == Array(sorted.prefix(20)))
    }

    @Test("Approaches as CSV are the processed file's lines, as a table one line each")
    func csvAndTable() async throws {
        let (place, body) = try await Self.week.value
        let csv = try await place.perigee("approaches", "--csv")
        var lines = csv.output.components(separatedBy: "\r\n")
        #expect(lines.removeLast().trimmingCharacters(in: .newlines).isEmpty)
        #expect(lines.removeFirst().hasPrefix("id,neo_reference_id,name,"))
        #expect(lines.sorted() == body.lines.sorted())
        let table = try await place.perigee("approaches", "--sort", "distance", "--limit", "3")
        let rows = table.output.split(separator: "\n")
        #expect(rows.count == 6)
        #expect(rows.last == "3 approaches")
        let nearest = try #require(body.rows.min { Self.number($0[9]) < Self.number($1[9]) })
        #expect(rows[2].contains("\(nearest[0])  \(nearest[2])"))
        #expect(rows[2].contains(String(format: "%.2f", Self.number(nearest[9]) / 149_597_870 * 389)))
        #expect(rows[2].contains(String(format: "%.0f", Self.number(nearest[9]))))
    }

    @Test("Status, runs and show agree with the tables, as JSON and as text")
    func ledger() async throws {
        let (place, body) = try await Self.week.value
        let status = try await place.json("status", "--hash")
        #expect(try status["schema"] == "perigee.status/1")
        #expect(try status["summary.approaches"] == body.count)
        #expect(try status["summary.objects"] == Set(body.rows.map { $0[0] }).count)
        #expect(try status["summary.hazardous"] == body.rows.filter { $0[4] == "True" }.count)
        #expect(try status["summary.days"] == 8)
        #expect(try status["summary.origin"] == (Replay.isSimulated ? "simulated" : "nasa"))
        #expect(try status["last_run.id"] == 1)
        #expect(try await place.perigee("status").output.contains("Approaches:   \(body.count) of"))

        let runs = try await place.json("runs", "--limit", "5")
        #expect(try runs["schema"] == "perigee.runs/1")
        let run = try #require(try runs.list("runs").first)
        #expect(try run["command"] == "run")
        #expect(try run["inserted"] == body.count)
        #expect(try run["exit_code"] == 0)
        #expect(try await place.perigee("runs").output.contains("2020-02-03..2020-02-10"))

        let show = try await place.json("show", "1")
        #expect(try show["schema"] == "perigee.show/1")
        #expect(try show["run.requests"] == 1)
        let batch = try #require(try show.list("batches").first)
        #expect(try batch["batch"] == "feed 2020-02-03..2020-02-10")
        #expect(try batch["state"] == "published")
        #expect(try batch["element_count"] == body.count)
        let quality = try show.list("quality")
        #expect(try quality.map { try $0["rule"] as String }.contains("element-count"))
        #expect(try quality.allSatisfy { try $0["passed"] })
        let text = try await place.perigee("show", "1")
        #expect(text.output.contains("Windows 1 planned, 1 published"))
        let absent = try await place.json("show", "99", status: 64)
        #expect(try absent["error.message"] as String == "there is no run 99 in sqlite:data/perigee.sqlite")
    }

    @Test("The queries that users know work as they stand")
    func knownQueries() async throws {
        let (place, body) = try await Self.week.value
        let sums = try place.rows(
            "SELECT COUNT(*), COUNT(DISTINCT observation_date), SUM(CASE WHEN is_potentially_hazardous_asteroid = 1 THEN 1 ELSE 0 END) FROM nasa_neo_data"
        )
        #expect(
            sums.map { [$0[0] as Int, $0[1], $0[2]] } == [[body.count, 8, body.rows.filter { $0[4] == "True" }.count]])
        #expect(try place.rows("SELECT * FROM nasa_neo_data ORDER BY created_at DESC LIMIT 10").count == 10)
        #expect(
            try place.rows("SELECT batch_date FROM nasa_neo_data GROUP BY batch_date").map { $0[0] as String } == [
                "2020-02-10"
            ])
    }

    private func ids(_ options: String...) async throws -> Set<String> {
        let place = try await Self.week.value.place
        let outcome = try await Program.run(["approaches", "--json"] + options, in: place.folder.path)
        return Set(try Answer(outcome.json()).list("approaches").map { try $0["id"] as String })
    }

    private static func number(_ digits: String) -> Double { Double(digits) ?? .nan }
}
