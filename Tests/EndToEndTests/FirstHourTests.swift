import Foundation
import PerigeeTesting
import Testing

/// What a person meets in the first hour: the answer first, words for errors, what is empty, the scheduler.
@Suite(.serialized)
struct FirstHourTests {
    private static let replay = Task { try await Replay(limit: 1_000_000) }
    private static let week = ["--from", "2020-02-03", "--to", "2020-02-10"]

    private func place() async throws -> Workplace { try Workplace(service: try await Self.replay.value.baseURL) }

    private func run(_ place: Workplace, _ arguments: [String], environment: [String: String] = [:]) async throws
        -> Program.Outcome
    {
        try await Program.run(
            arguments, in: place.folder.path, environment: place.environment.merging(environment) { $1 })
    }

    // MARK: The answer first

    @Test("A run tells what is new and the three closest; one that changes nothing tells a line; a quiet one nothing")
    func answerFirst() async throws {
        let place = try await place()
        let first = try await run(place, ["run"] + Self.week)
        let lines = first.output.components(separatedBy: "\n")
        let count: Int = try await place.json("status")["summary.approaches"]
        #expect(lines[0] == "2020-02-03 to 2020-02-10: \(count) new.")
        // Head, rule, three rows, and nothing of the rules that passed.
        let table = lines.drop { !$0.hasPrefix("date (TDB)") }.prefix { !$0.isEmpty }
        #expect(table.count == 5)
        #expect(!first.output.contains("pass"))
        let distances = table.dropFirst(2).compactMap {
            $0.firstMatch(of: /\s([0-9]+\.[0-9]{2})/).flatMap { Double($0.output.1) }
        }
        #expect(distances == distances.sorted() && distances.count == 3)
        let again = try await run(place, ["run"] + Self.week)
        #expect(again.output.split(separator: "\n").count == 1, "\(again.output)")
        #expect(again.output.contains("up to date"))
        let quiet = try await run(place, ["run", "-q", "--from", "2020-02-11", "--to", "2020-02-12"])
        #expect(quiet.status == 0)
        #expect(quiet.output.isEmpty && quiet.errors.isEmpty, "\(quiet)")
        let verbose = try await run(place, ["run", "-v", "--from", "2020-02-13", "--to", "2020-02-13"])
        #expect(verbose.errors.contains("publish done"))
    }

    @Test(
        "A list is written while it is read: JSON, NDJSON and CSV have the same rows, and the fields that are asked for"
    )
    func streams() async throws {
        let place = try await place()
        _ = try await run(place, ["run"] + Self.week)
        let lines = try await place.approaches(["--fields", "id,miss_distance_km"])
        let listed = try await place.json("approaches").list("approaches").map { try $0["id"] as String }
        #expect(lines.map { $0["id"]?.text } == listed)
        #expect(lines.allSatisfy { $0.members.map(\.key) == ["id", "miss_distance_km"] })
        let csv = try await run(place, ["approaches", "--csv", "--fields", "id"])
        #expect(csv.output.components(separatedBy: "\r\n").dropFirst().dropLast() == listed[...])
        for order in ["distance", "size", "name"] {
            let sorted = try await place.approaches(["--sort", order, "--limit", "7", "--fields", "id"])
            let whole = try await place.approaches(["--sort", order, "--fields", "id"])
            #expect(whole.count == listed.count)
            #expect(sorted.map { $0["id"]?.text } == whole.prefix(7).map { $0["id"]?.text })
        }
        let none = try await place.json("approaches", "--within", "0.00001")
        #expect(try none["count"] == 0)
        #expect(try none.list("approaches").isEmpty)
        for fields in ["", ",", "id,"] {
            #expect(try await run(place, ["approaches", "--json", "--fields", fields]).status == 64, "\(fields)")
        }
        let unknown = try await run(place, ["approaches", "--csv", "--fields", "id,colour"])
        #expect(unknown.status == 64 && unknown.errors.contains("there is no column colour"), "\(unknown.errors)")
    }

    @Test("An object is found by its name, its designation, its number or its SPK-ID")
    func byName() async throws {
        let place = try await place()
        _ = try await run(place, ["run"] + Self.week)
        let (id, name) = try await {
            let one = try await place.json("approaches", "--sort", "distance", "--limit", "1").list("approaches")[0]
            return (try one["id"] as String, try one["name"] as String)
        }()
        let bare = name.filter { !"()".contains($0) }
        for words in [id, name, bare, bare.lowercased().replacing(" ", with: "")] {
            #expect(try await place.approaches(["--object", words]).map { $0["id"]?.text } == [id], "\(words)")
            #expect(try await run(place, ["object", words]).status == 0, "\(words)")
        }
        let nobody = try await run(place, ["approaches", "--object", "Xanadu"])
        #expect(nobody.status == 64 && nobody.errors.contains("knows no object Xanadu"), "\(nobody.errors)")
        let number = try await run(place, ["approaches", "--object", "433"])
        #expect(number.errors.contains("`perigee lookup 2000433`"), "\(number.errors)")
        let digits = try await run(place, ["object", "20"])
        #expect(
            digits.status == 64 && digits.errors.contains("that of asteroid number 20 is 2000020"), "\(digits.errors)")
        let several = try await run(place, ["approaches", "--object", "2020"])
        #expect(several.status == 64 && several.errors.contains("several objects are like 2020"), "\(several.errors)")
    }

    // MARK: Words for errors

    @Test(
        "An error says what to do",
        arguments: [
            (["stauts"], "did you mean `perigee status`?"),
            (["schedule", "sohw"], "did you mean `perigee schedule show`?"),
            (["run", "--form", "2020-02-03"], "--from"), (["lookup", "433"], "Its SPK-ID is 2000433"),
            (["backfill", "--from", "2020-02-03"], "see `perigee backfill --help`"),
        ])
    func advice(arguments: [String], words: String) async throws {
        let outcome = try await run(try await place(), arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.hasPrefix("perigee: error: "), "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  next: "))
        let json = try await run(try await place(), arguments + ["--json"])
        #expect(try Answer(json.json())["error.exit_code"] == 64)
    }

    @Test("A wrong base URL is not about an SPK-ID; an object that NASA does not know is")
    func wrongURL() async throws {
        let base = try await Self.replay.value.baseURL
        let place = try Workplace(service: base.replacing("/v1", with: "/v9"))
        let feed = try await run(place, ["run"] + Self.week)
        #expect(feed.status == 64)
        #expect(feed.errors.contains("there is no NeoWs at ") && !feed.errors.contains("SPK-ID"), "\(feed.errors)")
        let unknown = try await run(try await self.place(), ["lookup", "2999999"])
        #expect(unknown.status == 64)
        #expect(
            unknown.errors.contains("there is no such object") && unknown.errors.contains("check the SPK-ID"),
            "\(unknown.errors)")
    }

    @Test("A service that only perigee.json of the working folder names gets no key of the environment's")
    func foreignService() async throws {
        let replay = try await Self.replay.value
        let place = try Workplace(environment: ["NASA_API_KEY": "a-key-of-some-person"])
        try #"{"apiUrl": "\#(replay.baseURL)"}"#.write(
            toFile: place.folder("perigee.json"), atomically: true, encoding: .utf8)
        let before = try await replay.stats()
        for command in [["run"] + Self.week, ["doctor"], ["lookup", "2000433"]] {
            let outcome = try await run(place, command)
            #expect(outcome.status == 64, "\(command) \(outcome.output)\(outcome.errors)")
            let text = outcome.output + outcome.errors
            #expect(text.contains("would get the key of NASA_API_KEY"), "\(text)")
            #expect(!text.contains("a-key-of-some-person"))
        }
        #expect(try await replay.stats() == before)
        // A file may be named there, too, or the URL stand in .env.
        try "PERIGEE_API_URL=\(replay.baseURL)\n".write(
            toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        #expect(try await run(place, ["run"] + Self.week).status == 64)
        try "NASA_API_KEY_FILE=secret\n".write(toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        try "somebody's\n".write(toFile: place.folder("secret"), atomically: true, encoding: .utf8)
        #expect(try await run(place, ["run"] + Self.week, environment: ["NASA_API_KEY": ""]).status == 64)
        try FileManager.default.removeItem(atPath: place.folder(".env"))
        #expect(try await replay.stats() == before)
        // Whoever names it means it; and a key of the same folder is the folder's own.
        #expect(try await run(place, ["run", "--api-url", replay.baseURL] + Self.week).status == 0)
        #expect(try await run(place, ["run", "--config", "perigee.json", "--refresh"] + Self.week).status == 0)
        try "NASA_API_KEY=a-key-of-the-folder\n".write(toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        #expect(try await run(place, ["run", "--refresh"] + Self.week, environment: ["NASA_API_KEY": ""]).status == 0)
    }

    @Test("A store's server that only perigee.json of the working folder names gets no password of the environment's")
    func foreignStore() async throws {
        let server = try await HostileMySQL(.password)
        let url = "mysql://perigee@127.0.0.1:\(server.port)/neo"
        let place = try Workplace(environment: ["PERIGEE_STORE_PASSWORD": "a-password-of-some-person"])
        func write(_ text: String, _ name: String) throws {
            try text.write(toFile: place.folder(name), atomically: true, encoding: .utf8)
        }
        try write(#"{"store": "\#(url)"}"#, "perigee.json")
        for command in [["run"], ["status"], ["doctor"], ["migrate"], ["serve", "--once"]] {
            let outcome = try await run(place, command)
            let text = outcome.output + outcome.errors
            #expect(text.contains("would get the password of PERIGEE_STORE_PASSWORD"), "\(command) \(text)")
            #expect(command == ["doctor"] || outcome.status == 64, "\(command) \(text)")
            #expect(text.contains("--store \(url)") && !text.contains("a-password-of-some-person"), "\(text)")
        }
        // As the server's own variable, from a file, and with the URL in .env.
        let none = ["PERIGEE_STORE_PASSWORD": ""]
        #expect(
            try await run(place, ["status"], environment: none.merging(["MYSQL_PASSWORD": "x"]) { $1 }).status == 64)
        try write("somebody's\n", "secret")
        try write("PERIGEE_STORE=\(url)\nPERIGEE_STORE_PASSWORD_FILE=secret\n", ".env")
        #expect(try await run(place, ["status"], environment: none).status == 64)
        try FileManager.default.removeItem(atPath: place.folder(".env"))
        #expect(server.received.isEmpty, "\(server.received)")
        // Whoever names it means it; and a password of the same folder is the folder's own.
        #expect(try await run(place, ["status", "--store", url]).status == 77)
        #expect(try await run(place, ["status"], environment: ["PERIGEE_STORE": url]).status == 77)
        #expect(try await run(place, ["status", "--config", "perigee.json"]).status == 77)
        try write("PERIGEE_STORE_PASSWORD=a-password-of-the-folder\n", ".env")
        #expect(try await run(place, ["status"], environment: none).status == 77)
    }

    // MARK: Empty is not success

    /// Answers without any approach, or without their last day.
    private func sparse(_ edit: String) async throws -> (Workplace, Proxy) {
        let proxy = try await Proxy(
            to: try await Self.replay.value.baseURL,
            edit: """
                document = json.loads(body)
                days = document["near_earth_objects"]
                \(edit)
                document["element_count"] = sum(map(len, days.values()))
                return status, headers, json.dumps(document).encode()
                """)
        return (try Workplace(service: proxy.baseURL), proxy)
    }

    @Test("An answer without any approach is a warning, with --strict or --minimum a refusal; it moves no checkpoint")
    func empty() async throws {
        let (place, proxy) = try await sparse("for day in days: days[day] = []")
        defer { withExtendedLifetime(proxy) {} }
        let strict = try await run(place, ["run", "--strict"] + Self.week)
        #expect(strict.status == 65)
        #expect(strict.errors.contains("lists 0 approaches"), "\(strict.errors)")
        let warned = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try (warned["warnings"] as [String]).count == 1)
        #expect(try await !place.json("status").has("checkpoint"))
        // What was published without the demand is held against it, too.
        for demand in [["--strict"], ["--minimum", "1"]] {
            let published = try await run(place, ["run"] + demand + Self.week)
            #expect(published.status == 65, "\(published.output)\(published.errors)")
            for words in ["2020-02-03..2020-02-10 lists 0 approaches", "published before", "--refresh"] {
                #expect(published.errors.contains(words), "\(published.errors)")
            }
        }
        let usual = try await run(place, ["run"] + Self.week)
        #expect(usual.status == 0 && usual.output.contains("up to date"), "\(usual.output)\(usual.errors)")
        let quiet = try await run(place, ["run", "--refresh", "--quiet"] + Self.week)
        #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.isEmpty, "\(quiet.output)\(quiet.errors)")
        let text = try await run(place, ["run", "--refresh"] + Self.week)
        #expect(text.status == 0)
        #expect(
            text.errors.contains("warning: NASA's answer for 2020-02-03..2020-02-10 lists no approach at all"),
            "\(text.errors)")
        let quality = try await run(place, ["quality"] + Self.week)
        #expect(quality.status == 0 && quality.errors.contains("has no approach at all"), "\(quality.errors)")
        #expect(try await run(place, ["quality", "--strict"] + Self.week).status == 65)
        let full = try await self.place()
        #expect(try await run(full, ["run", "--minimum", "1000"] + Self.week).status == 65)
        #expect(try await full.json("status")["summary.approaches"] == 0)
        #expect(try await run(full, ["run", "--minimum", "50"] + Self.week).status == 0)
        #expect(try await run(full, ["run", "--minimum", "50", "--strict"] + Self.week).status == 0)
        #expect(try await run(full, ["run", "--minimum", "1000"] + Self.week).status == 65)
        #expect(try await full.json("status")["summary.checkpoint"] == "2020-02-10")
        #expect(try await run(full, ["quality", "--minimum", "1000"] + Self.week).status == 65)
    }

    @Test("A server judges by --strict, too; options that would do nothing are refused")
    func strictServer() async throws {
        let (place, proxy) = try await sparse("for day in days: days[day] = []")
        defer { withExtendedLifetime(proxy) {} }
        let turn = ["serve", "--once", "--look-back", "0", "--ahead", "0"]
        let served = try await run(place, turn + ["--strict"])
        #expect(served.status == 75)
        #expect(served.errors.contains("lists 0 approaches"), "\(served.errors)")
        for option in ["--refresh", "--accept-removals"] {
            let refused = try await run(place, turn + [option])
            #expect(refused.status == 64)
            #expect(refused.errors.contains("Unknown option '\(option)'"), "\(refused.errors)")
        }
        #expect(try await run(place, ["doctor", "--strict"]).status == 64)
    }

    @Test("An answer that leaves a day out is a warning, with --strict a refusal")
    func dayLeftOut() async throws {
        let (place, proxy) = try await sparse("days.pop(\"2020-02-10\", None)")
        defer { withExtendedLifetime(proxy) {} }
        let strict = try await run(place, ["run", "--strict"] + Self.week)
        #expect(strict.status == 65)
        #expect(strict.errors.contains("not listed") || strict.errors.contains("2020-02-10"), "\(strict.errors)")
        #expect(try await place.json("status")["summary.approaches"] == 0)
        let warned = try await run(place, ["run"] + Self.week)
        #expect(warned.status == 0)
        #expect(warned.errors.contains("leaves days out (2020-02-10)"), "\(warned.errors)")
        #expect(try await run(place, ["run", "--strict"] + Self.week).status == 65)
    }

    // MARK: The scheduler

    @Test("--every and --cron exclude each other, wherever they stand; --every leaves the quota enough")
    func schedule() async throws {
        let place = try await place()
        for (arguments, environment) in [
            (["--every", "1d", "--cron", "0 6 * * 1"], [:]), (["--cron", "0 6 * * 1"], ["PERIGEE_EVERY": "1d"]),
        ] as [([String], [String: String])] {
            let both = try await run(place, ["serve", "--once"] + arguments, environment: environment)
            #expect(both.status == 64 && both.errors.contains("are both given"), "\(both.errors)")
        }
        let nasa = ["PERIGEE_API_URL": "https://api.nasa.gov/neo/rest/v1"]
        for cron in ["* * * * *", "0-3 6 * * *"] {
            let often = try await run(place, ["serve", "--once", "--cron", cron], environment: nasa)
            #expect(often.status == 64)
            #expect(
                often.errors.contains("--cron \(cron) comes too often: a turn takes 9 requests, and DEMO_KEY allows 30")
                    && often.errors.contains("at most 3 come within an hour"), "\(often.errors)")
        }
        let fast = try await run(place, ["serve", "--once", "--every", "10m"], environment: nasa)
        #expect(fast.status == 64)
        #expect(
            fast.errors.contains("DEMO_KEY allows 30 an hour") && fast.errors.contains("--every 18m"), "\(fast.errors)")
        #expect(try place.folder.files().isEmpty)
    }

    @Test("serve tells of a run that failed: in words, and by the command that its user named")
    func onFailure() async throws {
        let place = try Workplace(service: "http://127.0.0.1:9/neo/rest/v1")
        let outcome = try await run(
            place,
            [
                "serve", "--once", "--retries", "0", "--attempts", "1", "--on-failure",
                "echo \"run $PERIGEE_RUN: $PERIGEE_ERROR\" > told",
            ])
        #expect(outcome.status == 75)
        #expect(
            outcome.errors.contains("run 1 failed") && outcome.errors.contains("`perigee logs 1`"), "\(outcome.errors)")
        let told = try String(contentsOfFile: place.folder("told"), encoding: .utf8)
        #expect(told.hasPrefix("run 1: ") && told.contains("connection refused"), "\(told)")
    }
}
