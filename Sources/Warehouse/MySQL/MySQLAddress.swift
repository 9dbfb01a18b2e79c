import Foundation

/// Where a MySQL or MariaDB server is, and how to speak to it:
/// `mysql://user@host:port/database?ssl-mode=...&ssl-ca=...`.
struct MySQLAddress: Sendable {
    /// Whether and how the connection is encrypted, MySQL's own names.
    enum TLSMode: String, CaseIterable, Sendable {
        case disabled = "DISABLED"
        /// Encrypted where the server can.
        case preferred = "PREFERRED"
        case required = "REQUIRED"
        /// The certificate is checked against the authority, and its name against the host (libmariadb checks both or
        /// neither).
        case verifyCA = "VERIFY_CA"
        case verifyIdentity = "VERIFY_IDENTITY"
    }

    var host: String
    var port: UInt32
    var user: String
    var password: String?
    var database: String
    var tls = TLSMode.preferred
    /// File with the certificate of the authority that signed the server's.
    var authority: String?
    let location: String

    /// Reads the URL; what it leaves out comes from MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD and
    /// MYSQL_DATABASE.
    init(_ url: String, _ credentials: StoreCredentials) throws(StoreError) {
        let environment = credentials.environment.filter { !$0.value.isEmpty }
        guard let parts = URLComponents(string: url) else { throw .badURL(StoreURL.redacted(url)) }
        func given(_ part: String?) -> String? { part.flatMap { $0.isEmpty ? nil : $0 } }
        host = given(parts.host) ?? environment["MYSQL_HOST"] ?? "127.0.0.1"
        port = parts.port.flatMap { UInt32(exactly: $0) } ?? environment["MYSQL_PORT"].flatMap { UInt32($0) } ?? 3306
        user = given(parts.user) ?? environment["MYSQL_USER"] ?? "root"
        password = credentials.password ?? environment["MYSQL_PASSWORD"]
        database = given(String(parts.path.drop { $0 == "/" })) ?? environment["MYSQL_DATABASE"] ?? ""
        location = "mysql://\(user)@\(host):\(port)/\(database)"
        guard !database.isEmpty else { throw .badURL("\(location) (without a database)") }
        for item in parts.queryItems ?? [] {
            switch item.name {
            case "ssl-mode":
                guard let mode = TLSMode(rawValue: (item.value ?? "").uppercased()) else {
                    throw .badURL(
                        "\(location) with ssl-mode \(item.value ?? "") (one of \(TLSMode.allCases.map(\.rawValue).joined(separator: ", ")))"
                    )
                }
                tls = mode
            case "ssl-ca": authority = item.value
            default: throw .badURL("\(location) with \(item.name) (known are ssl-mode and ssl-ca)")
            }
        }
    }
}
