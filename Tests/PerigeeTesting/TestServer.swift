import Foundation

/// A private database server (`scripts/services`), told by its environment variables.
public struct TestServer: Sendable {
    /// The service's name: `postgres`, `mariadb` or `mysql`.
    public let name: String
    /// URL of its first database, for the user perigee.
    public let url: String
    /// File with that user's password.
    public let passwordFile: String
    /// File with the certificate of the authority that signed the server's.
    public let authority: String?
    private let admin: (url: String, passwordFile: String)?

    /// The name of its test case.
    public var testDescription: String { name }

    /// The servers at hand, which `scripts/test` has started.
    public static let all: [TestServer] = ["postgres", "mariadb", "mysql"].compactMap {
        TestServer($0, environment: ProcessInfo.processInfo.environment)
    }

    /// What a skipped test says.
    public static let notice = "no database server was started: run the tests with scripts/test"

    /// The server that these variables are about; nil where there is none.
    public init?(_ name: String, environment: [String: String]) {
        let prefix = "PERIGEE_TEST_\(name.uppercased())_"
        guard let url = environment[prefix + "URL"], let file = environment[prefix + "PASSWORD_FILE"] else { return nil }
        self.name = name
        self.url = url
        passwordFile = file
        authority = environment[prefix + "CA"]
        if let url = environment[prefix + "ADMIN_URL"], let file = environment[prefix + "ADMIN_PASSWORD_FILE"] {
            admin = (url, file)
        } else {
            admin = nil
        }
    }

    /// The password of the user perigee.
    public var password: String {
        get throws { try Self.firstLine(passwordFile) }
    }

    /// Makes an empty database: its URL, and what `perigee` has to find in its environment.
    public func makeDatabase() async throws -> (url: String, environment: [String: String]) {
        let database = "perigee_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased().prefix(16)
        try await ask("CREATE DATABASE \(database)")
        var parts = try Self.components(url)
        parts.path = "/\(database)"
        return (parts.string ?? url, ["PERIGEE_STORE_PASSWORD_FILE": passwordFile])
    }

    /// Has the server's own client carry a statement out, in the database of `store` (a URL) or the first one. Returns the rows as
    /// lines of values with tabs between.
    @discardableResult
    public func ask(_ sql: String, in store: String? = nil, asAdmin: Bool = false) async throws -> [String] {
        guard let (url, passwordFile) = asAdmin ? admin : (url, passwordFile) else { throw Failure(message: "no superuser of \(name) is known") }
        let (parts, password) = (try Self.components(url), try Self.firstLine(passwordFile))
        let database = String(try Self.components(store ?? url).path.dropFirst())
        let (host, port, user) = (parts.host ?? "127.0.0.1", "\(parts.port ?? 0)", parts.user ?? "perigee")
        let folder = try TemporaryFolder()
        let client = try Started(
            executable: "/usr/bin/env",
            arguments: name == "postgres"
                ? ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", user, "-d", database, "-c", sql]
                : ["mariadb", "--no-defaults", "--protocol=tcp", "-N", "-B", "-h", host, "-P", port, "-u", user, "-D", database, "-e", sql],
            folder: folder.path, environment: ["PGPASSWORD": password, "MYSQL_PWD": password])
        let outcome = await client.outcome()
        guard outcome.status == 0 else { throw Failure(message: "\(name): \(sql): \(outcome.errors)") }
        return outcome.output.split(separator: "\n").map(String.init)
    }

    private static func components(_ url: String) throws -> URLComponents {
        guard let parts = URLComponents(string: url) else { throw Failure(message: "\(url) is no URL") }
        return parts
    }

    private static func firstLine(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }
}
