import Foundation
import PerigeeTesting
import Testing

/// PostgreSQL, MariaDB and MySQL take SQLite's place with the same meaning; seen through `perigee` alone, on real
/// servers.
@Suite(.serialized, .enabled(if: !TestServer.all.isEmpty, "\(TestServer.notice)"))
struct ServerStoreTests {

    /// A workplace whose store is an empty database of the server.
    private static func place(_ server: TestServer, _ service: String) async throws -> (Workplace, url: String) {
        let (url, environment) = try await server.makeDatabase()
        return (try Workplace(service: service, environment: environment.merging(["PERIGEE_STORE": url]) { $1 }), url)
    }

    @Test(
        "A year is the same as in SQLite, repeats without a trace, and survives being copied, backed up and restored",
        arguments: TestServer.all)
    func year(server: TestServer) async throws {
        let replay = try await Replay()
        let (place, url) = try await Self.place(server, replay.baseURL)
        let first = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        let approaches = try await Replay.year.count
        #expect(try first["rows.inserted"] == approaches)
        #expect(try first["requests.sent"] == 46)
        #expect(try await replay.stats()["feed"] == 46)
        let expected = try await UndisturbedYear.shared.contentHash
        #expect(try await place.contentHash() == expected)
        let again = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(try again["windows.skipped"] == 46)
        #expect(try again["requests.sent"] == 0)
        let refreshed = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        #expect(try await refreshed["rows.unchanged"] == Replay.week.count)
        #expect(try refreshed["rows.inserted"] == 0)
        let status = try await place.json("status", "--hash")
        #expect(try status["content_hash"] == expected)
        #expect(try status["summary.revisions"] == 0)
        #expect(try status["summary.retired"] == 0)
        let copied = try await place.json("copy", "--from", url, "--to", "sqlite:copy.sqlite")
        #expect(try copied["content_hash"] == expected)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data", store: "copy.sqlite") == approaches)
        _ = try await place.json("backup", "--output", "year.backup")
        let other = try await server.makeDatabase()
        let restored = try await place.json("restore", "year.backup", "--store", other.url)
        #expect(try restored["content_hash"] == expected)
        #expect(try await place.json("status", "--hash", "--store", other.url)["content_hash"] == expected)
    }

    @Test("Answers that fail and records that break rules are healed", arguments: TestServer.all)
    func faultsHeal(server: TestServer) async throws {
        let replay = try await Replay(faults: ["500html@3", "badrecord@7"])
        let (place, _) = try await Self.place(server, replay.baseURL)
        let report = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(try report["status"] == "succeeded")
        let status = try await place.json("status", "--hash")
        let expected = try await UndisturbedYear.shared.contentHash
        #expect(try status["content_hash"] == expected)
        #expect(try status["summary.open_quarantine"] == 0)
    }

    @Test("Killed at any moment, the next run ends as an undisturbed one does", arguments: TestServer.all)
    func killed(server: TestServer) async throws {
        let replay = try await Replay(limit: 1_000_000)
        let (place, _) = try await Self.place(server, replay.baseURL)
        for _ in 0..<6 {
            let started = try place.start(
                "backfill", "--from", "2020-01-01", "--to", "2020-12-31", "--concurrency", "2")
            try await Task.sleep(for: .milliseconds(.random(in: 80...500)))
            started.signal(SIGKILL)
            _ = await started.outcome()
        }
        _ = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31", "--max-wait", "0")
        let status = try await place.json("status", "--hash")
        let expected = try await UndisturbedYear.shared.contentHash
        #expect(try status["content_hash"] == expected)
        #expect(try status["summary.revisions"] == 0)
        #expect(try status["summary.retired"] == 0)
    }

    @Test("A user that may only read can look, and is refused when it would write", arguments: TestServer.all)
    func readOnlyUser(server: TestServer) async throws {
        let replay = try await Replay()
        let (place, url) = try await Self.place(server, replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        let folder = try TemporaryFolder()
        let reader = try await server.makeReader(of: url, in: folder)
        for command in ["status", "runs", "approaches", "quarantine"] {
            let outcome = try await place.perigee(
                command, "--json", "--store", reader.url, environment: reader.environment)
            #expect(outcome.status == 0, "\(command): \(outcome.status) \(outcome.errors)")
        }
        let refused = try await place.perigee(
            "run", "--from", "2020-03-01", "--to", "2020-03-08", "--store", reader.url, environment: reader.environment)
        #expect(refused.status == 77, "\(refused.status) \(refused.errors)")
        #expect(refused.errors.contains("refused access"), "\(refused.status) \(refused.errors)")
        #expect(!(refused.errors + refused.output).contains("only-looking-1"))
        #expect(try await place.contentHash() == hash)
    }

    @Test("What a server refuses is said clearly, with its exit code, without the password", arguments: TestServer.all)
    func refusals(server: TestServer) async throws {
        let place = try Workplace(environment: ["PERIGEE_STORE_PASSWORD": "WRONGSECRET9"])
        func status(_ url: String, _ expected: Int32, _ word: String) async throws {
            let outcome = try await place.perigee("migrate", "--store", url)
            #expect(outcome.status == expected, "\(url): \(outcome.status) \(outcome.errors)")
            #expect(outcome.errors.contains(word), "\(url): \(outcome.status) \(outcome.errors)")
            #expect(!(outcome.errors + outcome.output).contains("WRONGSECRET9"))
        }
        let scheme = server.url.prefix { $0 != ":" }
        try await status(server.url, 77, "refused access")
        try await status("\(scheme)://perigee@nohost.invalid:1/neo", 69, "can't be opened")
        try await status("\(scheme)://perigee@127.0.0.1:1/neo", 69, "can't be opened")
        try await status("\(scheme)://perigee:WRONGSECRET9@127.0.0.1:1/neo", 64, "password")
        let trusted = ["PERIGEE_STORE_PASSWORD": "", "PERIGEE_STORE_PASSWORD_FILE": server.passwordFile]
        let missing = try await place.perigee("migrate", "--store", server.url + "_missing", environment: trusted)
        #expect(missing.status == 64)
        #expect(missing.errors.contains("does not exist"))
        guard let authority = server.authority else { return }
        let modes =
            server.name == "postgres" ? ("sslmode=verify-full", "sslrootcert") : ("ssl-mode=VERIFY_IDENTITY", "ssl-ca")
        let (url, _) = try await server.makeDatabase()
        let verified = try await place.perigee(
            "migrate", "--store", "\(url)?\(modes.0)&\(modes.1)=\(authority)", environment: trusted)
        #expect(verified.status == 0, "\(verified.errors)")
        let unverified = try await place.perigee("migrate", "--store", "\(url)?\(modes.0)", environment: trusted)
        #expect(unverified.status == 69, "\(unverified.errors)")
    }
}
