import Foundation
import GRDB
import PerigeeTesting
import Testing

/// `perigee serve` as a process, against the built-in simulator, which has approaches for every day.
@Suite(.serialized)
struct ServeTests {
    /// A simulator for each, and a schedule of weekly windows that began a while ago and is caught up with.
    private let simulator: Started
    private static let weeks = ProcessInfo.processInfo.environment["PERIGEE_SERVE_WEEKS"].flatMap(Int.init) ?? 40
    /// `PERIGEE_KILLS` kills as often as the issue asks for, and more.
    private static let kills = ProcessInfo.processInfo.environment["PERIGEE_KILLS"].flatMap(Int.init) ?? 20

    init() throws {
        simulator = try Program.start(["simulate", "--port", "0", "--limit", "1000000"], in: NSTemporaryDirectory())
    }

    private static func day(_ ago: Int) -> String {
        String(Date(timeIntervalSinceNow: -Double(ago) * 86_400).formatted(.iso8601).prefix(10))
    }

    private func place(_ environment: [String: String] = [:]) async throws -> Workplace {
        try Workplace(service: try await simulator.firstLine(), environment: environment)
    }

    private static let catchup = [
        "serve", "--start", day(7 * weeks), "--catchup", "--look-back", "0", "--ahead", "0", "--no-http",
        "--log-level", "error",
    ]

    private func start(_ place: Workplace, _ more: String...) throws -> Started {
        try Program.start(Self.catchup + more, in: place.folder.path, environment: place.environment)
    }

    /// The schedule's turns and triggers, as they are due.
    private func slots(_ place: Workplace) async throws -> [Answer] {
        let slots = try await place.json("schedule", "show", "--limit", "1000").list("slots")
        return try slots.map { (due: try $0["due"] as String, slot: $0) }.sorted { $0.due < $1.due }.map(\.slot)
    }

    private func states(_ place: Workplace) async throws -> [String] { try await slots(place).map { try $0["state"] } }

    private func attempts(_ place: Workplace) async throws -> [Int] {
        try await slots(place).map { try $0["attempts"] }
    }

    /// Every turn since the start, each succeeded once, without a gap, and nothing left over.
    private func expectComplete(_ place: Workplace) async throws {
        let slots = try await slots(place)
        #expect(slots.count == Self.weeks + 1)
        #expect(try Set(slots.map { try $0["state"] as String }) == ["succeeded"])
        for (earlier, later) in zip(slots, slots.dropFirst()) {
            #expect(try earlier["to"] as String == later["from"] as String)
        }
        // One publication a window: what was published is not published again.
        #expect(
            try place.count("SELECT COUNT(*) FROM nasa_neo_observations WHERE state = 'published'") == Self.weeks + 1)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        #expect(try place.leftovers(afterKill: true) == [])
    }

    @Test("Killed with -9 again and again during scheduled runs, no window is lost and none doubled")
    func killed() async throws {
        let undisturbed = try await place()
        let began = ContinuousClock.now
        #expect(try await start(undisturbed, "--once").outcome().status == 0)
        let duration = began.duration(to: .now)
        try await expectComplete(undisturbed)
        let expected = try await undisturbed.contentHash()

        let place = try await place()
        var kills = 0
        for _ in 0..<(5 * Self.kills) {
            // On a busy machine the work may be done before a kill met any of it: then triggers go on until one does.
            if kills >= Self.kills, try await attempts(place).contains(where: { $0 > 1 }) { break }
            // Short enough that the work lasts for all the kills; after the last window triggers keep the server busy.
            let server = try start(place)
            if kills * 4 > Self.kills * 3 {
                _ = try? await place.perigee("schedule", "trigger", "--from", "2020-02-03", "--to", "2020-02-10")
            }
            try await Task.sleep(for: duration * Double.random(in: 0.3...2.5) / Double(Self.kills))
            server.signal(SIGKILL)
            if await server.outcome().status == -SIGKILL { kills += 1 }
        }
        #expect(kills >= Self.kills)
        let last = try await start(place, "--once").outcome()
        #expect(last.status == 0, "\(last.errors)")
        #expect(try await Set(states(place)) == ["succeeded"])
        #expect(try await attempts(place).contains { $0 > 1 }, "no kill met a run")
        let turns = try await slots(place).filter { try !($0["slot"] as String).hasPrefix("trigger") }
        #expect(turns.count == Self.weeks + 1)
        let since = Self.day(7 * Self.weeks + 7)
        func rows(_ place: Workplace) throws -> [String] {
            try place.rows("SELECT source_record FROM nasa_neo_data WHERE observation_date >= '\(since)' ORDER BY 1")
                .map { $0[0] }
        }
        #expect(try rows(place) == rows(undisturbed))
        #expect(try await undisturbed.contentHash() == expected)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
    }

    @Test("Two servers on one store share the windows: none is run twice")
    func twoServers() async throws {
        let place = try await place()
        async let first = start(place, "--once").outcome()
        async let second = start(place, "--once").outcome()
        for outcome in await [try first, try second] { #expect(outcome.status == 0, "\(outcome.errors)") }
        try await expectComplete(place)
        #expect(try await place.json("runs", "--limit", "1000").list("runs").count == Self.weeks + 1)
        #expect(try await attempts(place).max() == 1)
    }

    @Test("SIGTERM gives a run under way up cleanly; the next server takes it up again")
    func stopped() async throws {
        let slow = try await Proxy(
            to: try await simulator.firstLine(), edit: "time.sleep(0.3)\nreturn status, headers, body")
        let place = try Workplace(service: slow.baseURL)
        let server = try start(place)
        try await KillTests.until { try await states(place).count { $0 == "succeeded" } >= 2 }
        server.signal(SIGTERM)
        let outcome = await server.outcome()
        #expect(outcome.status == 0, "\(outcome.status) \(outcome.errors)")
        #expect(outcome.output.hasPrefix("Serving every 7d, UTC"))
        #expect(try await !states(place).contains("running"))
        #expect(
            try await !place.json("runs", "--limit", "1000").list("runs").contains { try $0["status"] == "running" })
        // A window that was still taken would be waited for.
        let done = try await start(place, "--once", "--max-wait", "0", "--api-url", try await simulator.firstLine())
            .outcome()
        #expect(done.status == 0, "\(done.errors)")
        try await expectComplete(place)
    }

    @Test("Stopped, serve --once ends with 130: what is due is not done; the next one does it")
    func stoppedOnce() async throws {
        let slow = try await Proxy(
            to: try await simulator.firstLine(), edit: "time.sleep(0.3)\nreturn status, headers, body")
        let place = try Workplace(service: slow.baseURL)
        let server = try start(place, "--once")
        try await KillTests.until { try await states(place).contains("succeeded") }
        server.signal(SIGINT)
        let outcome = await server.outcome()
        #expect(outcome.status == 130, "\(outcome.status) \(outcome.errors)")
        #expect(try await !states(place).contains("running"))
        let done = try await start(place, "--once", "--api-url", try await simulator.firstLine()).outcome()
        #expect(done.status == 0, "\(done.errors)")
        try await expectComplete(place)
    }

    @Test("show, pause, resume, trigger; the run's log by stage")
    func steered() async throws {
        let place = try await place()
        let none = try await place.perigee("schedule", "show")
        #expect(none.status == 64)
        let server = try Program.start(
            ["serve", "--every", "12h", "--look-back", "3", "--ahead", "0", "--listen", "127.0.0.1:0"],
            in: place.folder.path, environment: place.environment)
        try await KillTests.until { try await states(place).count { $0 == "succeeded" } == 1 }
        let shown = try await place.json("schedule", "show")
        #expect(try shown["definition.every"] == "12h")
        #expect(try shown["definition.look_back_days"] == 3)
        #expect(try shown["paused"] == false)
        #expect(shown.has("next"))
        #expect(try await place.json("schedule", "pause")["paused"] == true)
        let triggered = try await place.perigee("schedule", "trigger", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(triggered.status == 0)
        #expect(triggered.output.contains("2020-02-03..2020-02-10"))
        try await KillTests.until { try await states(place).count { $0 == "succeeded" } == 2 }
        #expect(try await place.json("schedule", "resume")["paused"] == false)
        let newest = try #require(try await place.json("runs").list("runs").first)
        let run: Int = try newest["id"]
        #expect(try newest["command"] == "trigger")
        #expect(try newest["from"] == "2020-02-03")
        let log = try await place.json("logs", "\(run)").list("lines")
        #expect(Set(log.compactMap { try? $0["stage"] as String }) == ["extract", "transform", "audit", "publish"])
        let published = try await place.perigee("logs", "\(run)", "--stage", "publish")
        #expect(published.output.contains("Published."))
        #expect(!published.output.contains("extract done"))
        server.signal(SIGTERM)
        #expect(await server.outcome().status == 0)
        let text = try await place.perigee("schedule", "show").output
        #expect(text.contains("by hand"))
        #expect(text.contains("Look-back: 3 days"))
    }

    @Test(
        "A stage that fails is tried again after its pause; one that takes too long is stopped; the log tells of both")
    func retried() async throws {
        let base = try await simulator.firstLine()
        // The first three answers fail, and the client alone would give up after one.
        let broken = try await Proxy(
            to: base, edit: "return (503, headers, b'') if number <= 3 else (status, headers, body)")
        let place = try Workplace(service: broken.baseURL, environment: ["PERIGEE_ATTEMPTS": "1"])
        let healed = try await place.perigee(
            "serve", "--once", "--look-back", "0", "--ahead", "0", "--retries", "3", "--retry-delay", "0")
        #expect(healed.status == 0, "\(healed.output)\(healed.errors)")
        let log = try await place.perigee("logs", "1", "--stage", "extract").output
        #expect(log.contains("attempt 3 of 4"))
        #expect(log.contains("extract done"))
        let slow = try await Proxy(to: base, edit: "time.sleep(3)\nreturn status, headers, body")
        let late = try await Workplace(service: slow.baseURL).perigee(
            "serve", "--once", "--look-back", "0", "--ahead", "0", "--retries", "0", "--stage-timeout", "1s")
        #expect(late.status == 75, "\(late.output)\(late.errors)")
        #expect(late.output.contains("not done within 1 s"), "\(late.output)\(late.errors)")
    }

    @Test(
        "What is not a schedule is refused before anything is made",
        arguments: [
            ["--cron", "61 * * * *"], ["--every", "0d"], ["--time-zone", "Mars/Olympus"], ["--misfire", "maybe"],
            ["--start", "2026-02-30"],
            ["--look-back", "-1"],
        ])
    func refused(options: [String]) async throws {
        let place = try await place()
        let outcome = try await Program.run(
            ["serve", "--once"] + options, in: place.folder.path, environment: place.environment)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(try place.folder.files().isEmpty)
    }
}

/// The same ledger on database servers.
@Suite(.serialized, .enabled(if: !TestServer.all.isEmpty, "\(TestServer.notice)"))
struct ServeServerTests {
    @Test("Two servers on one store, one of them killed and started again: each window once", arguments: TestServer.all)
    func shared(server: TestServer) async throws {
        let simulator = try Program.start(
            ["simulate", "--port", "0", "--limit", "1000000"], in: NSTemporaryDirectory())
        let (url, credentials) = try await server.makeDatabase()
        let place = try Workplace(
            service: try await simulator.firstLine(), environment: credentials.merging(["PERIGEE_STORE": url]) { $1 })
        let start = String(Date(timeIntervalSinceNow: -20 * 7 * 86_400).formatted(.iso8601).prefix(10))
        func serve() throws -> Started {
            try Program.start(
                [
                    "serve", "--start", start, "--catchup", "--look-back", "0", "--ahead", "0", "--once", "--log-level",
                    "error",
                ],
                in: place.folder.path,
                environment: place.environment)
        }
        let steady = try serve()
        for _ in 0..<3 {
            let victim = try serve()
            try await Task.sleep(for: .milliseconds(.random(in: 50...500)))
            victim.signal(SIGKILL)
            _ = await victim.outcome()
        }
        let last = try await serve().outcome()
        let first = await steady.outcome()
        #expect(first.status == 0, "\(first.errors)\(last.errors)")
        #expect(last.status == 0, "\(first.errors)\(last.errors)")
        let slots = try await place.json("schedule", "show", "--limit", "100").list("slots")
        #expect(slots.count == 21)
        #expect(try slots.allSatisfy { try $0["state"] == "succeeded" })
        let windows = try slots.map { "\(try $0["from"] as String) \(try $0["to"] as String)" }
        #expect(Set(windows).count == 21)
        let runs = try await place.json("runs", "--limit", "100").list("runs").filter {
            try $0["status"] == "succeeded"
        }
        #expect(try runs.filter { try $0["published"] as Int > 0 }.count == 21)
        #expect(try await place.json("status", "--hash")["summary.revisions"] == 0)
        #expect(try await place.json("logs", "\(runs[0]["id"] as Int)").list("lines").count > 4)
    }
}
