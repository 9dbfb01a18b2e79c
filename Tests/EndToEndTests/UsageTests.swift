import Foundation
import PerigeeTesting
import Testing

/// What can't be carried out as given ends with 64, names the next step, and costs no request.
struct UsageTests {
    /// A call and what it must say.
    struct Call: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        var environment: [String: String] = [:]
        let says: String

        init(_ arguments: String..., environment: [String: String] = [:], says: String) {
            self.arguments = arguments
            self.environment = environment
            self.says = says
        }

        var testDescription: String { (environment.map { "\($0)=\($1)" } + arguments).joined(separator: " ") }
    }

    @Test(
        "A call that can't be carried out ends with 64 before a request is spent",
        arguments: [
            Call("run", "--from", "2020-02-30", says: "--from 2020-02-30 is not a day of the calendar"),
            Call(
                "run", "--from", "2021-02-29", "--to", "2021-03-01",
                says: "--from 2021-02-29 is not a day of the calendar"),
            Call("run", "--from", "20-02-03", says: "--from 20-02-03 is not a day of the calendar"),
            Call(
                "run", "--from", "2020-02-10", "--to", "2020-02-03", says: "--from 2020-02-10 is after --to 2020-02-03"),
            Call("run", "--from", "2199-12-31", says: "is after --to"),
            Call(
                "backfill", "--from", "1899-12-31", "--to", "1900-01-02",
                says: "--from 1899-12-31 is outside of what NeoWs covers"),
            Call(
                "backfill", "--from", "2200-12-31", "--to", "2201-01-01",
                says: "--to 2201-01-01 is outside of what NeoWs covers"),
            Call("extract", "--from", "2020-02-10", "--to", "2020-02-03", says: "is after"),
            Call("approaches", "--from", "2020-02-30", says: "is not a day of the calendar"),
            Call(
                "approaches", "--from", "2020-02-10", "--to", "2020-02-03",
                says: "--from 2020-02-10 is after --to 2020-02-03"),
            Call("backfill", "--from", "2020-01-01", says: "--to <date>"),
            Call("run", "--colour", says: "--colour"),
            Call("fly", says: "fly"),
            Call("run", "--concurrency", "17", says: "--concurrency is 17\n  next: give a number from 1 to 16"),
            Call("run", "--max-wait", "5x", says: "--max-wait is 5x\n  next: give a time like 30s"),
            Call("run", "--max-wait", "5x", environment: ["PERIGEE_MAX_WAIT": "1s"], says: "--max-wait is 5x"),
            Call("run", environment: ["PERIGEE_CONCURRENCY": "many"], says: "PERIGEE_CONCURRENCY is many"),
            Call("run", environment: ["PERIGEE_ATTEMPTS": "0"], says: "PERIGEE_ATTEMPTS is 0"),
            Call("run", environment: ["PERIGEE_MAX_WAIT": "soon"], says: "PERIGEE_MAX_WAIT is soon"),
            Call("run", environment: ["PERIGEE_LOG_LEVEL": "loud"], says: "PERIGEE_LOG_LEVEL is loud"),
            Call("run", environment: ["PERIGEE_CONFIG": "absent.json"], says: "absent.json"),
            Call("run", environment: ["NASA_API_KEY_FILE": "absent.key"], says: "absent.key"),
            Call("run", "--engine", "steam", says: "--engine is steam\n  next: give one of embedded, spark"),
            Call("run", "--store", "oracle:x", says: "oracle:x names no store"),
            Call("run", "--api-url", "ftp://127.0.0.1/", says: "is not an http or https URL"),
            Call("lookup", "apophis", says: "apophis is not an SPK-ID"),
            Call("status", says: "there is no store at data/perigee.sqlite"),
            Call("runs", says: "there is no store at"),
            Call("show", "1", says: "there is no store at"),
            Call("approaches", says: "there is no store at"),
            Call("quarantine", "list", says: "there is no store at"),
            Call("quarantine", "replay", says: "there is no store at"),
            Call("approaches", "--csv", "--json", says: "exclude each other"),
            Call("approaches", "--within=-1", says: "--within is a distance above 0"),
            Call("approaches", "--sort", "colour", says: "colour"),
            Call("transform", "--output", "x.csv", says: "--output goes with PATH"),
            Call("next", "--days", "-3", says: "--days -3 is not understood: a value must not be negative"),
            Call("next", "--days", "-3", says: "write --days=-3"),
            Call("next", "--days=-3", says: "--days is 1 to 3660"),
            Call("approaches", "-n", "-3", says: "-n -3 is not understood"),
            Call("status", "--json=true", says: "'--json' does not take any value"),
            Call("changes", "--limit", "0", says: "--limit is 1 or more"),
            Call("simulate", "--fault", "rain@3", says: "rain@3"),
        ])
    func refused(call: Call) async throws {
        let replay = try await Self.replay.value
        let before = try await replay.stats()
        let place = try Workplace(service: replay.baseURL)
        let outcome = try await Program.run(
            call.arguments, in: place.folder.path, environment: place.environment.merging(call.environment) { $1 })
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(call.says), "\(outcome.errors)")
        #expect(outcome.output.isEmpty || call.arguments.contains("--json"), "\(outcome.output)")
        // Looking makes no store, and nothing was published.
        #expect(!FileManager.default.fileExists(atPath: place.folder(Workplace.store)))
        #expect(try await replay.stats() == before)
    }

    private static let replay = Task { try await Replay() }

    @Test("A misspelt or unreadable configuration file is refused, a good one is not")
    func configuration() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        try #"{"stor": "sqlite:x.sqlite"}"#.write(
            toFile: place.folder("perigee.json"), atomically: true, encoding: .utf8)
        let misspelt = try await place.perigee("run")
        #expect(misspelt.status == 64)
        #expect(misspelt.errors.contains("unknown key \"stor\""))
        try "{".write(toFile: place.folder("perigee.json"), atomically: true, encoding: .utf8)
        #expect(try await place.perigee("run").status == 64)
        #expect(try await replay.stats() == [:])
        try #"{"concurrency": 2, "maxWait": "1s"}"#.write(
            toFile: place.folder("perigee.json"), atomically: true, encoding: .utf8)
        #expect(try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10").status == 0)
    }

    @Test("A wrong value is told with the place where it stands, a line of .env that is none with its number")
    func places() async throws {
        let place = try Workplace()
        func write(_ text: String, _ name: String) throws {
            try text.write(toFile: place.folder(name), atomically: true, encoding: .utf8)
        }
        try write(#"{"concurrency": 40}"#, "perigee.json")
        let file = try await place.perigee("run")
        #expect(file.status == 64 && file.errors.contains(#""concurrency" in perigee.json is 40"#), "\(file.errors)")
        try write("# a comment\n\nPERIGEE_CONCURRENCY=50\n", ".env")
        let dotenv = try await place.perigee("run")
        #expect(dotenv.status == 64 && dotenv.errors.contains("PERIGEE_CONCURRENCY in .env is 50"), "\(dotenv.errors)")
        try write("PERIGEE_CONCURRENCY=5\nPERIGEE_ATTEMPTS 3\n", ".env")
        let line = try await place.perigee("run")
        #expect(line.status == 64 && line.errors.contains("line 2 of .env"), "\(line.errors)")
    }

    @Test("config shows each value and where it comes from, and no secret")
    func config() async throws {
        let place = try Workplace(environment: ["PERIGEE_MAX_WAIT": "1h", "NASA_API_KEY": "secretkey"])
        try "PERIGEE_ATTEMPTS=3\n".write(toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        try #"{"catchup": true, "attempts": 4}"#.write(
            toFile: place.folder("perigee.json"), atomically: true, encoding: .utf8)
        let answer = try await place.json("config", "--log-level", "error")
        let rows = try answer.list("settings").map { row -> String in
            let (name, value, source): (String, String, String) = (try row["name"], try row["value"], try row["source"])
            return "\(name) \(value) \(source)"
        }
        for row in [
            "maxWait 1h PERIGEE_MAX_WAIT", "attempts 3 PERIGEE_ATTEMPTS in .env",
            #"catchup true "catchup" in perigee.json"#, "logLevel error --log-level",
            "concurrency 4 default",
        ] { #expect(rows.contains(row), "\(rows)") }
        let secrets = try answer.list("secrets").filter { try $0["is_set"] }.map { try $0["variable"] as String }
        #expect(secrets == ["NASA_API_KEY"])
        let text = try await place.perigee("config")
        #expect(text.status == 0 && text.output.contains("maxWait") && !text.output.contains("secretkey"))
        let wrong = try await place.perigee("config", environment: ["PERIGEE_MISFIRE": "jump"])
        #expect(wrong.status == 64 && wrong.errors.contains("PERIGEE_MISFIRE is jump"), "\(wrong.errors)")
    }

    @Test("With --json an error is one line that names message, next step and exit code")
    func json() async throws {
        let place = try Workplace()
        let answer = try await place.json("status", status: 64)
        #expect(try answer["schema"] == "perigee.error/1")
        #expect(try answer["error.exit_code"] == 64)
        #expect(try answer["error.message"] == "there is no store at data/perigee.sqlite")
        let next: String = try answer["error.next_step"]
        #expect(next.contains("perigee run"))
    }

    @Test("Help and version end with 0")
    func help() async throws {
        let place = try Workplace()
        for arguments in [["--help"], ["--version"], ["help", "run"], ["quarantine", "--help"]] {
            let outcome = try await Program.run(arguments, in: place.folder.path)
            #expect(outcome.status == 0)
            #expect(!outcome.output.isEmpty)
        }
        #expect(try place.folder.files() == [])
    }
}
