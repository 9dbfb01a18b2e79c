import Foundation

/// A private database server that `scripts/test` has started (`scripts/services`), told by its environment variables.
public struct TestServer: Sendable {
    /// The service's name: `postgres`, `mariadb` or `mysql`.
    public let name: String
    /// URL of its first database, for the user perigee.
    public let url: String
    /// File with that user's password.
    public let passwordFile: String
    /// File with the certificate of the authority that signed the server's.
    public let authority: String?

    /// The name of its test case.
    public var testDescription: String { name }

    /// The servers at hand.
    public static let all: [TestServer] = ["postgres", "mariadb", "mysql"].compactMap { name in
        let environment = ProcessInfo.processInfo.environment
        let prefix = "PERIGEE_TEST_\(name.uppercased())_"
        guard let url = environment[prefix + "URL"], let file = environment[prefix + "PASSWORD_FILE"] else {
            return nil
        }
        return TestServer(name: name, url: url, passwordFile: file, authority: environment[prefix + "CA"])
    }

    /// What a skipped test says.
    public static let notice = "no database server was started: run the tests with scripts/test"

    /// Makes an empty database: its URL, and what `perigee` has to find in its environment.
    public func makeDatabase() async throws -> (url: String, environment: [String: String]) {
        let database = "perigee_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased().prefix(16)
        try await ask("CREATE DATABASE \(database)")
        var parts = try components()
        parts.path = "/\(database)"
        return (parts.string ?? url, ["PERIGEE_STORE_PASSWORD_FILE": passwordFile])
    }

    /// Makes a user that may only read what the database at `url` holds: its URL, and what `perigee` has to find in its
    /// environment.
    public func makeReader(of url: String, in folder: TemporaryFolder) async throws -> (
        url: String, environment: [String: String]
    ) {
        var parts = URLComponents(string: url) ?? URLComponents()
        let database = String(parts.path.dropFirst())
        let reader = "reader_" + database.suffix(12)
        let file = folder("reader-password")
        try Data("only-looking-1".utf8).write(to: URL(fileURLWithPath: file))
        if name == "postgres" {
            try await ask("CREATE ROLE \(reader) LOGIN PASSWORD 'only-looking-1'", asAdmin: true)
            try await ask("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(reader)", database: database)
        } else {
            try await ask("CREATE USER '\(reader)'@'%' IDENTIFIED BY 'only-looking-1'", asAdmin: true)
            try await ask("GRANT SELECT, SHOW VIEW ON \(database).* TO '\(reader)'@'%'", asAdmin: true)
        }
        parts.user = reader
        return (parts.string ?? url, ["PERIGEE_STORE_PASSWORD_FILE": file])
    }

    /// Has the server's own client carry statements out; returns what they answer, a line a row.
    @discardableResult
    public func ask(_ sql: String, database: String = "perigee", asAdmin: Bool = false) async throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let prefix = "PERIGEE_TEST_\(name.uppercased())_ADMIN_"
        let passwordFile = asAdmin ? environment[prefix + "PASSWORD_FILE"] ?? "" : self.passwordFile
        let parts =
            asAdmin ? URLComponents(string: environment[prefix + "URL"] ?? "") ?? URLComponents() : try components()
        let password = try String(contentsOfFile: passwordFile, encoding: .utf8).trimmingCharacters(in: .newlines)
        let (host, port, user) = (parts.host ?? "127.0.0.1", "\(parts.port ?? 0)", parts.user ?? "perigee")
        let folder = try TemporaryFolder()
        let client = try Started(
            executable: "/usr/bin/env",
            arguments: name == "postgres"
                ? ["psql", "-X", "-q", "-A", "-t", "-h", host, "-p", port, "-U", user, "-d", database, "-c", sql]
                : [
                    "mariadb", "--no-defaults", "--protocol=tcp", "-N", "-h", host, "-P", port, "-u", user, "-e", sql,
                    database,
                ],
            folder: folder.path, environment: ["PGPASSWORD": password, "MYSQL_PWD": password])
        let outcome = await client.outcome()
        guard outcome.status == 0 else { throw Failure(message: "\(name): \(sql): \(outcome.errors)") }
        return outcome.output
    }

    private func components() throws -> URLComponents {
        guard let parts = URLComponents(string: url) else { throw Failure(message: "\(url) is not a URL") }
        return parts
    }
}
