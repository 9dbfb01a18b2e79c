/// What a server asks of its user, from outside of the URL: passwords have no place in one.
public struct StoreCredentials: Sendable {
    /// The password; nil where the server's own means (`.pgpass`, `PGPASSWORD`, `MYSQL_PASSWORD`) are to serve.
    public var password: String?
    /// The environment that the server's variables are read from.
    public var environment: [String: String]

    /// The server's own variable that holds a password for the store of a URL.
    public static func variable(of url: String) -> String {
        url.hasPrefix("postgres") ? "PGPASSWORD" : "MYSQL_PASSWORD"
    }

    /// Credentials from their parts.
    public init(password: String? = nil, environment: [String: String] = [:]) {
        self.password = password
        self.environment = environment
    }
}

extension StoreCredentials: CustomStringConvertible, CustomReflectable {
    /// Never the password.
    public var description: String { "***" }
    /// Without the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
