import CPostgres

/// PostgreSQL through libpq.
enum PostgresDatabase {
    /// The database that a URL (`postgres://user@host:port/database?sslmode=...`, libpq's own form) names. Nothing is opened yet.
    static func make(_ url: String, _ credentials: StoreCredentials) throws(StoreError) -> ServerDatabase {
        let location = StoreURL.redacted(url)
        var functions = CPostgres()
        if let problem = cpostgres_load(&functions) { throw .unavailable(store: location, cause: String(cString: problem)) }
        let library = Library(functions: functions)
        return ServerDatabase(location: location, dialect: .postgres) {
            try PostgresConnection(url: url, location: location, credentials: credentials, library: library.functions)
        }
    }

    private struct Library: @unchecked Sendable {
        // @unchecked: addresses of functions, written once.
        let functions: CPostgres
    }
}
