import Foundation
import PerigeeTesting
import Testing

/// What a server can't get from us, and what a broken line does.
struct ConnectionTests {
    private static let password = ["PERIGEE_STORE_PASSWORD": "WRONGSECRET9"]

    // MARK: Servers that are after something

    @Test(
        "A MySQL server that answers with a request for a file of the user gets nothing",
        arguments: ["migrate", "status", "run"])
    func file(command: String) async throws {
        let place = try Workplace(environment: Self.password)
        try Data("NOBODYSBUSINESS".utf8).write(to: URL(fileURLWithPath: place.folder("private")))
        let server = try await HostileMySQL(.file(place.folder("private")))
        let outcome = try await place.perigee(command, "--store", "mysql://perigee@127.0.0.1:\(server.port)/perigee")
        #expect(outcome.status == 74, "\(outcome.status)")
        #expect(outcome.errors.contains("the server asked for a file of ours, and got none"), "\(outcome.errors)")
        #expect(server.received.contains { $0.hasPrefix("statement") }, "\(outcome.errors)")
        #expect(!server.received.contains { $0.contains("NOBODYSBUSINESS") })
    }

    @Test("A MySQL server that asks for the password in clear text does not get it: 77")
    func clearText() async throws {
        let server = try await HostileMySQL(.password)
        let place = try Workplace(environment: Self.password)
        let outcome = try await place.perigee("status", "--store", "mysql://perigee@127.0.0.1:\(server.port)/perigee")
        #expect(outcome.status == 77, "\(outcome.errors)")
        #expect(server.received.contains { $0.hasPrefix("login") })
        #expect(!server.received.contains { $0.contains("WRONGSECRET9") })
    }

    @Test(
        "Where TLS is required, a MySQL server without it gets no login: 69",
        arguments: ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY", "required"])
    func tls(mode: String) async throws {
        let server = try await HostileMySQL(.login)
        let place = try Workplace(environment: Self.password)
        let outcome = try await place.perigee(
            "status", "--store", "mysql://perigee@127.0.0.1:\(server.port)/perigee?ssl-mode=\(mode)")
        #expect(outcome.status == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("TLS"))
        #expect(server.received.isEmpty)
    }

    @Test("Where it is only preferred, it gets one")
    func preferred() async throws {
        let server = try await HostileMySQL(.login)
        let place = try Workplace(environment: Self.password)
        try await place.perigee("status", "--store", "mysql://perigee@127.0.0.1:\(server.port)/perigee")
        #expect(server.received.contains { $0.hasPrefix("login") })
    }

    // MARK: Commits whose answer is lost

    @Test(
        "A publication whose commit's answer is lost is done, and counted once",
        .enabled(if: !TestServer.all.isEmpty, "\(TestServer.notice)"),
        arguments: TestServer.all)
    func lostAnswer(server: TestServer) async throws {
        let (url, environment) = try await server.makeDatabase()
        guard var parts = URLComponents(string: url), let port = parts.port else { throw Failure(message: url) }
        let line = try await LosingLine(
            toPort: port, after: server.name == "postgres" ? "COPY nasa_neo_data" : "INTO TABLE nasa_neo_data")
        parts.port = line.port
        parts.query = server.name == "postgres" ? "sslmode=disable" : "ssl-mode=DISABLED"
        let through = parts.string ?? ""
        try await CannedServer.serve({ _ in .json(Sample.week) }) { _, service in
            let place = try Workplace(service: service, environment: environment)
            let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-04", "--store", through)
            #expect(line.hasLost)
            #expect(try run["rows.inserted"] == 3)
            #expect(try run["rows.unchanged"] == 0)
            let listed = try await place.json("runs", "--store", url).list("runs")
            #expect(try listed[0]["inserted"] == 3)
            #expect(try listed[0]["published"] == 1)
        }
    }
}
