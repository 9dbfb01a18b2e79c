import Foundation
public import NearEarth

/// How programs other than ours, Spark's executors, reach the staging table: by JDBC.
public struct ExecutorAccess: Sendable {
    /// JDBC URL, without user and password.
    public let url: String
    /// Java class of the driver.
    public let driver: String
    /// User.
    public let user: String
    /// Password; nil where the store needs none or keeps it in a place of its own.
    public let password: String?
    /// The table.
    public static let table = "perigee_staging"
    /// Its columns in order, each with its type in SQL.
    public static let columns = ([Column("batch", .key(60))] + Schema.factColumns).map { ($0.name, $0.type.text(.sqlite)) }

    /// The access to the store of a URL; nil for SQLite, a file that no executor may write.
    public init?(_ url: String, _ credentials: StoreCredentials) throws(StoreError) {
        if StoreURL.path(url) != nil { return nil }
        guard url == StoreURL.redacted(url) else { throw .passwordInURL(StoreURL.redacted(url)) }
        if url.hasPrefix("postgres") {
            try self.init(postgres: url, credentials)
        } else {
            self.init(try MySQLAddress(url, credentials))
        }
    }

    /// PostgreSQL's driver takes libpq's `sslmode` and `sslrootcert`.
    private init(postgres url: String, _ credentials: StoreCredentials) throws(StoreError) {
        let environment = credentials.environment
        guard let parts = URLComponents(string: url) else { throw .badURL(StoreURL.redacted(url)) }
        func given(_ part: String?, _ variable: String) -> String? { part.flatMap { $0.isEmpty ? nil : $0 } ?? environment[variable] }
        let host = given(parts.host, "PGHOST") ?? "localhost"
        let port = given(parts.port.map(String.init), "PGPORT") ?? "5432"
        user = given(parts.user, "PGUSER") ?? environment["USER"] ?? "postgres"
        let database = given(String(parts.path.dropFirst()), "PGDATABASE") ?? user
        var options = ["reWriteBatchedInserts=true"]
        for (name, variable) in [("sslmode", "PGSSLMODE"), ("sslrootcert", "PGSSLROOTCERT")] {
            if let value = given(parts.queryItems?.first { $0.name == name }?.value, variable) { options.append("\(name)=\(Self.encoded(value))") }
        }
        self.url = "jdbc:postgresql://\(host):\(port)/\(Self.encoded(database))?\(options.joined(separator: "&"))"
        driver = "org.postgresql.Driver"
        password = credentials.password ?? environment["PGPASSWORD"]
    }

    /// MariaDB's driver serves MySQL too. As `jdbc:mariadb:` Spark would not know the dialect, and read columns as their own names.
    private init(_ address: MySQLAddress) {
        var options = ["rewriteBatchedStatements=true"]
        let isLoopback = address.host == "localhost" || address.host == "::1" || address.host.hasPrefix("127.")
        switch address.tls {
        case .disabled: options.append("allowPublicKeyRetrieval=true")
        // This driver can't try: on the own machine it goes without, elsewhere with.
        case .preferred: options += isLoopback ? ["allowPublicKeyRetrieval=true"] : ["useSsl=true", "trustServerCertificate=true"]
        case .required: options += ["useSsl=true", "trustServerCertificate=true"]
        case .verifyCA, .verifyIdentity: options.append("useSsl=true")
        }
        if let authority = address.authority, address.tls == .verifyCA || address.tls == .verifyIdentity {
            options.append("serverSslCert=\(Self.encoded(authority))")
        }
        url = "jdbc:mysql://\(address.host):\(address.port)/\(Self.encoded(address.database))?\(options.joined(separator: "&"))"
        driver = "org.mariadb.jdbc.Driver"
        user = address.user
        password = address.password
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed.subtracting(CharacterSet(charactersIn: "&=?+"))) ?? text
    }
}

extension ExecutorAccess: CustomStringConvertible, CustomReflectable {
    /// Never the password.
    public var description: String { url }
    /// Without the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Rows that executors bring.
extension SQLStore {
    /// Empties the staging table of these batches, before executors write there.
    public func clearStaging(_ batches: [Batch], by run: RunID) async throws(StoreError) {
        try await database.write { session in
            try Self.requireLeases(batches, run, session)
            let these = Self.isOneOf(batches)
            try session.execute("DELETE FROM perigee_staging WHERE \(these.sql)", these.values)
        }
    }

    /// Takes rows in that executors have staged, if they are as many as were counted: a task that Spark ran twice would leave more.
    func bringInStaged(_ staged: StagedBatch, rows: Int, _ session: any SQLSession) throws {
        let columns = (["batch"] + Schema.facts).joined(separator: ", ")
        let count = try session.execute(
            "INSERT INTO \(Self.incoming) (\(columns), batch_date, seen_at) SELECT \(columns), ?, ? FROM perigee_staging WHERE batch = ?",
            [.date(staged.batch.day(received: staged.landed.receivedAt)), .timestamp(staged.landed.receivedAt), .text(staged.batch.name)])
        guard count == rows else {
            throw StoreError.failed(store: location, cause: "the staging table has \(count) rows of \(staged.batch), Spark counted \(rows)")
        }
    }
}
