import Foundation
import PerigeeTesting
import Testing

extension ServerTests {
    /// A store that can't be had: a clear error with the right exit code, and never with the password.
    @Suite(.serialized)
    struct Access {
        @Test("A wrong password is 77, an unknown host or a dead port 69, a missing database 64", arguments: TestServer.all)
        func refused(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            let wrong = "WRONG-PASSWORD-123"
            try wrong.write(toFile: at.place.folder("wrong"), atomically: true, encoding: .utf8)
            let parts = try #require(URLComponents(string: at.url))
            let (host, port) = (try #require(parts.host), try #require(parts.port))
            let cases: [(String, Int32, [String: String])] = [
                (at.url, 77, ["PERIGEE_STORE_PASSWORD_FILE": at.place.folder("wrong")]),
                (at.url, 77, ["PERIGEE_STORE_PASSWORD_FILE": "", "PERIGEE_STORE_PASSWORD": wrong]),
                (at.url.replacingOccurrences(of: "//perigee@", with: "//nobody@"), 77, [:]),
                (at.url.replacingOccurrences(of: host, with: "nowhere.invalid"), 69, [:]),
                (at.url.replacingOccurrences(of: ":\(port)", with: ":1"), 69, [:]),
                (at.url + "_missing", 64, [:]),
            ]
            for (url, status, environment) in cases {
                for command in [["status"], ["run", "--from", "2020-02-03", "--to", "2020-02-10", "--log-level", "trace"]] {
                    let outcome = try await at.perigee(command + ["--store", url], environment)
                    #expect(outcome.status == status, "\(command[0]) --store \(url): \(outcome.status) \(outcome.errors)")
                    #expect(outcome.errors.contains("next: "), "\(outcome.errors)")
                    try at.expectNoPassword(wrong, in: outcome)
                }
            }
            #expect(try await replay.stats() == [:], "a request was spent")
        }

        @Test("A URL with a password is refused with 64 and not repeated", arguments: TestServer.all)
        func passwordInURL(server: TestServer) async throws {
            let at = try await ServerPlace(server)
            let password = try server.password
            var urls = [at.url.replacingOccurrences(of: "//perigee@", with: "//perigee:\(password)@")]
            if server.name == "postgres" { urls.append(at.url + "?password=\(password)") }
            for url in urls {
                for command in [["status"], ["copy", "--to", "sqlite:x.sqlite", "--from"]] {
                    let outcome = try await at.perigee(command + (command.count == 1 ? ["--store"] : []) + [url, "--json"], [:])
                    #expect(outcome.status == 64, "\(outcome.errors)")
                    try at.expectNoPassword(in: outcome)
                }
                let variable = try await at.place.perigee("status", environment: ["PERIGEE_STORE": url])
                #expect(variable.status == 64, "\(variable.errors)")
                try at.expectNoPassword(in: variable)
            }
        }

        @Test("The password is in no output, log or file of a whole run", arguments: TestServer.all)
        func secret(server: TestServer) async throws {
            let replay = try await Replay(faults: ["500html@2"])
            let at = try await ServerPlace(server, service: replay.baseURL)
            for command in [
                ["run", "--from", "2020-02-03", "--to", "2020-02-10", "--log-level", "trace"], ["status", "--json"], ["runs", "--json"], ["show", "1", "--json"],
                ["backup", "--output", "backup"], ["copy", "--from", at.url, "--to", "sqlite:copy.sqlite"], ["migrate"],
            ] {
                let outcome = try await at.perigee(command, [:])
                #expect(outcome.status == 0, "\(command) \(outcome.errors)")
                try at.expectNoPassword(in: outcome)
            }
            let needle = Data(try server.password.utf8)
            #expect(try at.place.folder.files().filter { try at.place.bytes($0).range(of: needle) != nil } == [])
        }

        @Test("A user who may only read is refused with 77 when they publish, and may look", arguments: TestServer.all)
        func readOnly(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            _ = try await at.week()
            let database = try #require(at.url.split(separator: "/").last)
            let reader = "reader_\(database.suffix(8))"
            let statements =
                server.name == "postgres"
                ? ["CREATE ROLE \(reader) LOGIN PASSWORD 'READ-ONLY-123'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(reader)"]
                : ["CREATE USER \(reader)@'127.0.0.1' IDENTIFIED BY 'READ-ONLY-123'", "GRANT SELECT ON \(database).* TO \(reader)@'127.0.0.1'"]
            for statement in statements { try await server.ask(statement, in: at.url, asAdmin: true) }
            let url = at.url.replacingOccurrences(of: "//perigee@", with: "//\(reader)@")
            let variables = ["PERIGEE_STORE_PASSWORD_FILE": "", "PERIGEE_STORE_PASSWORD": "READ-ONLY-123"]
            let hash = try await at.place.contentHash()
            let run = try await at.perigee(["run", "--from", "2020-03-03", "--to", "2020-03-10", "--store", url], variables)
            #expect(run.status == 77, "\(run.status) \(run.errors)")
            try at.expectNoPassword("READ-ONLY-123", in: run)
            #expect(try await replay.stats() == ["feed": 1], "a request was spent")
            let status = try await at.perigee(["status", "--json", "--store", url], variables)
            #expect(status.status == 0, "\(status.errors)")
            #expect(try Answer(status.json())["content_hash"] == hash)
        }

        @Test("TLS, verified in full, works with the authority's certificate and is refused with 69 without", arguments: TestServer.all)
        func verified(server: TestServer) async throws {
            let at = try await ServerPlace(server)
            let authority = try #require(server.authority)
            let (mode, file) = server.name == "postgres" ? ("sslmode=verify-full", "sslrootcert") : ("ssl-mode=VERIFY_IDENTITY", "ssl-ca")
            let verified = try await at.perigee(["status", "--store", "\(at.url)?\(mode)&\(file)=\(authority)"], [:])
            #expect(verified.status == 0, "\(verified.errors)")
            let unknown = try await at.perigee(["status", "--store", "\(at.url)?\(mode)"], [:])
            #expect(unknown.status == 69, "\(unknown.errors)")
            #expect(unknown.errors.contains("certificate"), "\(unknown.errors)")
            try "no certificate".write(toFile: at.place.folder("bad.pem"), atomically: true, encoding: .utf8)
            for wrong in ["missing.pem", "bad.pem"] {
                let outcome = try await at.perigee(["status", "--store", "\(at.url)?\(mode)&\(file)=\(at.place.folder(wrong))"], [:])
                #expect(outcome.status == 69, "\(wrong): \(outcome.status) \(outcome.errors)")
                try at.expectNoPassword(in: outcome)
            }
        }

        @Test("Another server's authority is not trusted", .enabled(if: TestServer.all.count > 1, "needs two servers"), arguments: TestServer.all)
        func anotherAuthority(server: TestServer) async throws {
            let at = try await ServerPlace(server)
            let other = try #require(TestServer.all.first { $0.name != server.name }?.authority)
            let query = server.name == "postgres" ? "sslmode=verify-ca&sslrootcert=\(other)" : "ssl-mode=VERIFY_CA&ssl-ca=\(other)"
            let outcome = try await at.perigee(["status", "--store", "\(at.url)?\(query)"], [:])
            #expect(outcome.status == 69, "\(outcome.status) \(outcome.errors)")
        }

        @Test("A server without TLS is refused with 69 where TLS is demanded", arguments: TestServer.all)
        func withoutTLS(shared: TestServer) async throws {
            try await PrivateServer.with(shared.name, ["--no-tls"]) { server, _ in
                let at = try await ServerPlace(server)
                let demand = server.name == "postgres" ? "sslmode=require" : "ssl-mode=REQUIRED"
                let refused = try await at.perigee(["status", "--store", "\(at.url)?\(demand)"], [:])
                #expect(refused.status == 69, "\(refused.status) \(refused.errors)")
                #expect(refused.errors.contains("SSL") || refused.errors.contains("TLS"), "\(refused.errors)")
                try at.expectNoPassword(in: refused)
                let plain = try await at.perigee(["status"], [:])
                #expect(plain.status == 0, "\(plain.errors)")
            }
        }
    }
}

extension ServerPlace {
    /// Runs `perigee` with a list of arguments.
    func perigee(_ arguments: [String], _ environment: [String: String]) async throws -> Program.Outcome {
        try await Program.run(arguments, in: place.folder.path, environment: place.environment.merging(environment) { $1 })
    }

    /// Neither the server's password nor another one is in what a command printed.
    func expectNoPassword(_ other: String? = nil, in outcome: Program.Outcome, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for password in [try server.password] + (other.map { [$0] } ?? []) {
            #expect(!(outcome.output + outcome.errors).contains(password), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
    }
}
