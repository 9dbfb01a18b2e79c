import Foundation
import PerigeeTesting
import Testing

/// A server that dies loses nothing and doubles nothing.
@Suite(.serialized, .enabled(if: !TestServer.all.isEmpty, "\(TestServer.notice)"))
struct ServerCrashTests {
    /// `PERIGEE_SERVER_KILLS=20` kills as often as the issue asks for.
    private static let kills = ProcessInfo.processInfo.environment["PERIGEE_SERVER_KILLS"].flatMap(Int.init) ?? 3

    @Test(
        "Killed at random moments of a back-fill and started again, it ends with an undisturbed year's content",
        arguments: TestServer.all)
    func killed(server: TestServer) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let variables = try await PrivateServer.service("start", server.name, folder.path)
        let prefix = "PERIGEE_TEST_\(server.name.uppercased())_"
        let url = try #require(variables[prefix + "URL"])
        let file = try #require(variables[prefix + "PASSWORD_FILE"])
        let replay = try await Replay(limit: 1_000_000)
        let slow = try await Proxy(to: replay.baseURL, edit: "time.sleep(0.05)\nreturn status, headers, body")
        let place = try Workplace(
            service: slow.baseURL, environment: ["PERIGEE_STORE": url, "PERIGEE_STORE_PASSWORD_FILE": file])
        for _ in 0..<Self.kills {
            let started = try place.start(
                "backfill", "--from", "2020-01-01", "--to", "2020-12-31", "--refresh", "--json")
            try await Task.sleep(for: .milliseconds(.random(in: 100...900)))
            _ = try await PrivateServer.service("kill", server.name, folder.path)
            _ = try await PrivateServer.service("start", server.name, folder.path)
            let outcome = await started.outcome()
            #expect([0, 69, 74, 75].contains(outcome.status), "\(outcome.status): \(outcome.errors)")
        }
        _ = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        let status = try await place.json("status", "--hash")
        let expected = try await UndisturbedYear.shared.contentHash
        #expect(try status["content_hash"] == expected)
        #expect(try await status["summary.approaches"] == Replay.year.count)
        #expect(try status["summary.revisions"] == 0)
        #expect(try status["summary.retired"] == 0)
        _ = try await PrivateServer.service("stop", server.name, folder.path, "--purge")
    }

    @Test("A server without TLS is refused where TLS is demanded, and taken where it is not", arguments: TestServer.all)
    func withoutTLS(server: TestServer) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let variables = try await PrivateServer.service("start", server.name, folder.path, "--no-tls")
        let prefix = "PERIGEE_TEST_\(server.name.uppercased())_"
        let url = try #require(variables[prefix + "URL"])
        let place = try Workplace(environment: [
            "PERIGEE_STORE_PASSWORD_FILE": try #require(variables[prefix + "PASSWORD_FILE"])
        ])
        let demand = server.name == "postgres" ? "sslmode=require" : "ssl-mode=REQUIRED"
        let refused = try await place.perigee("migrate", "--store", "\(url)?\(demand)")
        #expect(refused.status == 69, "\(refused.status) \(refused.errors)")
        let taken = try await place.perigee("migrate", "--store", url)
        #expect(taken.status == 0, "\(taken.errors)")
        _ = try await PrivateServer.service("stop", server.name, folder.path, "--purge")
    }
}
