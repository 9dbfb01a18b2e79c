import Foundation
import PerigeeTesting
import Testing

extension ServerTests {
    /// Whoever is killed, the program or the server: the next run completes the work, and nothing is there twice.
    @Suite(.serialized)
    struct Kills {
        /// `PERIGEE_KILLS=50` and `PERIGEE_SERVER_KILLS=20` kill as often as the issues ask for.
        private static let kills = ProcessInfo.processInfo.environment["PERIGEE_KILLS"].flatMap(Int.init) ?? 6
        private static let serverKills = ProcessInfo.processInfo.environment["PERIGEE_SERVER_KILLS"].flatMap(Int.init) ?? 3

        @Test("Killed at any moment of a year's back-fill, the next run ends as an undisturbed one does", arguments: TestServer.all)
        func killed(server: TestServer) async throws {
            let replay = try await Replay(limit: 1_000_000)
            let done = try await atRandomMoments(Self.kills, of: server, replay) { started, at in
                started.signal(SIGKILL)
                let status = await started.outcome().status
                #expect([0, -SIGKILL].contains(status))
                return "\(status)"
            }
            #expect(done.filter { $0 == "-9" }.count * 2 > Self.kills, "too many came too late: \(done)")
        }

        @Test("A server killed at any moment loses and doubles nothing", arguments: TestServer.all)
        func serverKilled(shared: TestServer) async throws {
            try await PrivateServer.with(shared.name) { server, own in
                let replay = try await Replay(limit: 1_000_000)
                var turn = 0
                let done = try await atRandomMoments(Self.serverKills, of: server, replay) { started, at in
                    turn += 1
                    try await own.run("kill")
                    // Every fifth time, from the second on, the server stays away until the program gives up.
                    let returns = turn % 5 != 2
                    if returns { try await own.start() }
                    let outcome = await started.outcome()
                    #expect([0, 69, 74, 75].contains(outcome.status), "\(outcome.errors)")
                    if outcome.status != 0 { #expect(outcome.errors.contains("next: "), "\(outcome.errors)") }
                    if !returns {
                        #expect(outcome.status == 69, "\(outcome.errors)")
                        try await own.start()
                    }
                    return "\(outcome.status)"
                }
                print("\(server.name) killed \(Self.serverKills) times; the back-fill under way ended with \(done.joined(separator: ", "))")
            }
        }

        /// Disturbs as many back-fills, one in each slice of an undisturbed one's duration, and has the next run complete each.
        private func atRandomMoments(
            _ count: Int, of server: TestServer, _ replay: Replay, disturb: (Started, ServerPlace) async throws -> String
        ) async throws -> [String] {
            var duration = try await ContinuousClock().measure {
                let at = try await ServerPlace(server, service: replay.baseURL)
                _ = try await at.place.backfill()
            }
            var done: [String] = []
            for _ in 0..<5 * count where done.count < count {
                let at = try await ServerPlace(server, service: replay.baseURL)
                let started = try at.place.startBackfill()
                try await Task.sleep(for: duration * (Double(done.count) + .random(in: 0...1)) / Double(count))
                guard started.output.isEmpty else {
                    // It was over before the moment came: the machine is less busy than it was.
                    _ = await started.outcome()
                    duration *= 0.8
                    continue
                }
                let how = try await disturb(started, at)
                done.append(how)
                // The dead run's leases must not hold anybody up.
                let next = try await at.place.backfill("--max-wait", "0")
                #expect(try next["status"] == "succeeded")
                try await at.expectUndisturbed("\(done.count): \(how)")
            }
            #expect(done.count == count, "the back-fills were too fast")
            return done
        }
    }
}

/// A server of a test's own, that may be killed and started with other options.
struct PrivateServer {
    private let name: String
    private let folder: TemporaryFolder

    /// Starts one and stops it after `body`. With `options` such as `--no-tls`.
    static func with(_ name: String, _ options: [String] = [], _ body: (TestServer, PrivateServer) async throws -> Void) async throws {
        let own = PrivateServer(name: name, folder: try TemporaryFolder())
        do {
            let lines = try await own.run("start", options)
            var environment: [String: String] = [:]
            for line in lines.split(separator: "\n") {
                let parts = line.dropFirst("export ".count).split(separator: "=", maxSplits: 1)
                if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
            }
            guard let server = TestServer(name, environment: environment) else { throw Failure(message: "scripts/services said \(lines)") }
            try await body(server, own)
        } catch {
            _ = try? await own.run("stop", ["--purge"])
            throw error
        }
        try await own.run("stop", ["--purge"])
    }

    /// Starts it again, on the same port.
    func start() async throws { try await run("start") }

    /// Has `scripts/services` do something with it.
    @discardableResult
    func run(_ action: String, _ options: [String] = []) async throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../scripts/services").standardizedFileURL.path
        // Where MySQL is.
        let variables = ProcessInfo.processInfo.environment.filter { ["HOME", "PERIGEE_MYSQL_ROOT"].contains($0.key) }
        let outcome = try await Started(
            executable: script, arguments: [action, name, "--dir", folder("servers")] + options, folder: folder.path, environment: variables
        ).outcome()
        guard outcome.status == 0 else { throw Failure(message: "scripts/services \(action) \(name): \(outcome.errors)") }
        return outcome.output
    }
}
