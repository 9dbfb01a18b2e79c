import Foundation

/// Opens the store that `--store` names.
public enum StoreURL {
    /// Opens the store and brings its schema up to date.
    public static func open(_ url: String, credentials: StoreCredentials = StoreCredentials()) async throws(StoreError)
        -> Store
    {
        let database = try await database(url, credentials)
        try await database.migrate()
        return Store(database: database)
    }

    /// The database that a URL names, its schema as it is. One that is only looked at is not changed, not by a byte.
    public static func database(_ url: String, _ credentials: StoreCredentials, onlyLooking: Bool = false)
        async throws(StoreError) -> any SQLDatabase
    {
        if let path = path(url) {
            guard !FileManager.default.fileExists(atPath: path + ".sha256") else {
                throw .file(
                    path: path,
                    cause: "it is a backup, with its checksum beside it: `perigee restore` brings it into a store")
            }
            return onlyLooking ? try SQLiteLook(path: path) : try await SQLiteDatabase.open(path: path)
        }
        let scheme = url.prefix { $0 != ":" }
        guard ["postgres", "postgresql", "mysql", "mariadb"].contains(scheme),
            url.dropFirst(scheme.count).hasPrefix("://")
        else {
            throw .badURL(redacted(url))
        }
        guard url == redacted(url) else { throw .passwordInURL(redacted(url)) }
        return scheme.hasPrefix("postgres")
            ? try PostgresConnection.database(url, credentials) : try MySQLConnection.database(url, credentials)
    }

    /// The path of `sqlite:PATH` (also `sqlite://PATH`), or nil for another kind of store.
    public static func path(_ url: String) -> String? {
        guard let prefix = ["sqlite://", "sqlite:"].first(where: url.hasPrefix), url.count > prefix.count else {
            return nil
        }
        return String(url.dropFirst(prefix.count))
    }

    /// A URL without the password that may stand in it.
    public static func redacted(_ url: String) -> String {
        // libpq's URLs may carry a password among their parameters too.
        let url = url.replacing(/(?i)([?&])(ssl)?password=[^&#]*&?/) { $0.output.1 }
        guard let scheme = url.range(of: "://"), let at = url[scheme.upperBound...].lastIndex(of: "@") else {
            return url
        }
        let user = url[scheme.upperBound..<at].prefix { $0 != ":" }
        return "\(url[..<scheme.upperBound])\(user)\(url[at...])"
    }
}
