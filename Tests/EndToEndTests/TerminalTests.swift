import Foundation
import PerigeeTesting
import Testing

/// What a person meets in a terminal: progress, Ctrl-C, a window that is resized, color.
@Suite(.serialized)
struct TerminalTests {
    private static let replay = Task { try await Replay(limit: 1_000_000) }

    /// A service that takes its time, so that a year's back-fill lasts some seconds.
    private func slow() async throws -> (Workplace, Proxy) {
        let proxy = try await Proxy(
            to: try await Self.replay.value.baseURL, edit: "time.sleep(0.3)\nreturn status, headers, body")
        return (try Workplace(service: proxy.baseURL), proxy)
    }

    private static let year = ["backfill", "--from", "2020-01-01", "--to", "2020-12-31", "--concurrency", "1"]

    @Test("Progress says what is done of all and how long it takes; Ctrl-C ends the line, and the command with 130")
    func interrupted() async throws {
        let (place, proxy) = try await slow()
        defer { withExtendedLifetime(proxy) {} }
        let outcome = try await PseudoTerminal.run(
            Self.year, in: place,
            [.expect("[0-9]+ of 46 windows, [0-9,]+ rows.*to go"), .interrupt, .exit(within: 10), .fits])
        #expect(outcome.failure == nil)
        #expect(outcome.status == 130)
        #expect(
            outcome.screen.contains { $0.wholeMatch(of: /Interrupted: \d+ of 46 windows done\. .*/) != nil },
            "\(outcome.screen)")
        #expect(!outcome.output.contains("error"), "\(outcome.screen)")
        // Whoever stopped it knows: nothing failed.
        #expect(try await place.json("status")["freshness.state"] == "elsewhere")
        for command in ["runs", "show", "status"] {
            let shown = try await place.perigee(command).output
            #expect(shown.contains("interrupted") && !shown.contains("partial"), "\(shown)")
        }
        // What was begun goes on.
        let rest = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(try rest["windows.skipped"] as Int > 0)
        #expect(try await place.contentHash() == UndisturbedYear.shared.contentHash)
    }

    @Test("A progress line fits a window that is made narrower; it is gone when the result stands there")
    func resized() async throws {
        let (place, proxy) = try await slow()
        defer { withExtendedLifetime(proxy) {} }
        let outcome = try await PseudoTerminal.run(
            ["backfill", "--from", "2020-02-01", "--to", "2020-04-30", "--concurrency", "1"], in: place, columns: 100,
            [
                .expect("of 12 windows"), .resize(30), .expect("of 12 windows"), .expect("of 12 windows"),
                .resize(100), .exit(within: 60),
            ])
        #expect(outcome.failure == nil)
        #expect(outcome.status == 0)
        let lines = outcome.screen.filter { $0.contains("of 12 windows") }
        #expect(lines.isEmpty, "\(lines)")
        #expect(outcome.screen.contains { $0.hasPrefix("2020-02-01 to 2020-04-30: ") }, "\(outcome.screen)")
        let drawn = outcome.output.components(separatedBy: "\r\u{1B}[K").filter { $0.contains("of 12") }
        #expect(drawn.contains { $0.count <= 30 && $0.hasSuffix("…") }, "\(drawn)")
    }

    @Test("While another writer holds SQLite, that is said, and Ctrl-C is heard")
    func heldStore() async throws {
        let (place, proxy) = try await slow()
        defer { withExtendedLifetime(proxy) {} }
        #expect(try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10").status == 0)
        let writer = try Started(
            executable: "/usr/bin/env",
            arguments: [
                "python3", "-u", "-c",
                """
                import sqlite3, sys
                store = sqlite3.connect("data/perigee.sqlite", isolation_level=None)
                store.execute("BEGIN IMMEDIATE")
                print("held")
                sys.stdin.read()
                """,
            ], folder: place.folder.path, environment: [:], isHeld: true)
        _ = try await writer.firstLine()
        let outcome = try await PseudoTerminal.run(
            ["run", "--from", "2020-03-03", "--to", "2020-03-10"], in: place,
            [.expect("waiting for another writer"), .interrupt, .exit(within: 5)])
        #expect(outcome.failure == nil)
        #expect(outcome.status == 130)
        writer.signal(SIGKILL)
        _ = await writer.outcome()
        #expect(try await place.perigee("run", "--from", "2020-03-03", "--to", "2020-03-10").status == 0)
    }

    @Test("A second Ctrl-C ends a command at once that has something to finish", arguments: TestServer.all)
    func twice(server: TestServer) async throws {
        let (url, credentials) = try await server.makeDatabase()
        let place = try Workplace(
            service: try await Self.replay.value.baseURL,
            environment: credentials.merging(["PERIGEE_STORE": url]) { $1 })
        #expect(try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10").status == 0)
        let sleep = server.name == "postgres" ? "pg_sleep(20)" : "SLEEP(20)"
        let database = String(try #require(URL(string: url)).path.dropFirst())
        let holder = Task {
            try await server.ask(
                "BEGIN; SELECT setting FROM perigee_meta WHERE name = 'lock' FOR UPDATE; SELECT \(sleep)",
                database: database)
        }
        // Long enough for the lock to be there.
        try await Task.sleep(for: .seconds(1))
        let outcome = try await PseudoTerminal.run(
            ["run", "--from", "2020-03-03", "--to", "2020-03-10"], in: place,
            [
                .expect("waiting for another writer"), .interrupt, .expect("a second Ctrl-C ends it at once"),
                .interrupt,
                .exit(within: 5),
            ])
        #expect(outcome.failure == nil)
        #expect(outcome.status == 130)
        _ = try await holder.value
    }

    @Test("The quota that is waited for is told with the time to go")
    func quota() async throws {
        let replay = try await Replay(limit: 1)
        defer { withExtendedLifetime(replay) {} }
        let place = try Workplace(service: replay.baseURL)
        let outcome = try await PseudoTerminal.run(
            ["backfill", "--from", "2020-02-01", "--to", "2020-02-28", "--max-wait", "2h"], in: place,
            [.expect("quota: next request in [0-9]+ s"), .interrupt, .exit(within: 5)])
        #expect(outcome.failure == nil)
        #expect(outcome.status == 130)
    }

    @Test("A service that is not there is told within moments, with what was tried and what to do")
    func unreachable() async throws {
        // A port that nothing listens on.
        let place = try Workplace(service: "http://127.0.0.1:9/neo/rest/v1")
        let outcome = try await PseudoTerminal.run(
            ["run"], in: place,
            [
                .expect("trying again in [0-9]+ s .127.0.0.1:9: connection refused"),
                .expect("`perigee doctor`.*`perigee simulate`"), .interrupt, .exit(within: 5),
            ])
        #expect(outcome.failure == nil)
        let ended = try await place.perigee("run", "--attempts", "2")
        #expect(ended.status == 69)
        #expect(ended.errors.components(separatedBy: "onnection refused").count == 2, "\(ended.errors)")
        #expect(ended.errors.contains("`perigee simulate`"), "\(ended.errors)")
    }

    @Test("Without a terminal, progress is plain lines")
    func plain() async throws {
        let (place, proxy) = try await slow()
        defer { withExtendedLifetime(proxy) {} }
        let outcome = try await Program.run(Self.year, in: place.folder.path, environment: place.environment)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("of 46 windows"))
        #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("\r"))
    }

    @Test("Color is on a terminal, unless NO_COLOR or --color says otherwise; a list that is long is cut")
    func color() async throws {
        let place = try Workplace(service: try await Self.replay.value.baseURL)
        #expect(try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10").status == 0)
        func shown(_ more: String..., environment: [String: String] = [:]) async throws -> String {
            let outcome = try await PseudoTerminal.run(
                ["approaches"] + more, in: place, environment: environment, [.exit(within: 10), .fits])
            #expect(outcome.failure == nil)
            return outcome.output
        }
        let usual = try await shown()
        #expect(usual.contains("\u{1B}[1m"))
        #expect(usual.contains("First 50 of "))
        let (unset, never) = (try await shown(environment: ["NO_COLOR": "1"]), try await shown("--color", "never"))
        #expect(!unset.contains("\u{1B}"))
        #expect(!never.contains("\u{1B}"))
        #expect(try await shown("--color", "always", environment: ["NO_COLOR": "1"]).contains("\u{1B}[1m"))
        let changes = try await PseudoTerminal.run(
            ["changes", "--since", "2000-01-01"], in: place, [.exit(within: 10), .fits])
        #expect(changes.failure == nil)
        #expect(changes.screen.contains { $0.hasPrefix("First 50 of ") }, "\(changes.screen)")
        #expect(changes.screen.count { $0.contains("  new  ") } == 50, "\(changes.screen)")
        let allChanges = try await place.perigee("changes", "--since", "2000-01-01").output.split(separator: "\n")
        #expect(allChanges.count > 100)
        let piped = try await place.perigee("approaches")
        #expect(!piped.output.contains("\u{1B}") && piped.output.contains("km/s"))
        #expect(piped.output.split(separator: "\n").count > 100)
    }
}
