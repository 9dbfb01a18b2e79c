import CMariaDB

/// MySQL and MariaDB through libmariadb.
enum MySQLDatabase {
    /// The database that a URL names. Nothing is opened yet.
    static func make(_ url: String, _ credentials: StoreCredentials) throws(StoreError) -> ServerDatabase {
        let address = try MySQLAddress(url, credentials)
        var functions = CMariaDB()
        if let problem = cmariadb_load(&functions) { throw .unavailable(store: address.location, cause: String(cString: problem)) }
        let library = Library(functions: functions)
        return ServerDatabase(location: address.location, dialect: .mysql) {
            try MySQLConnection(address, library: library.functions)
        }
    }

    private struct Library: @unchecked Sendable {
        // @unchecked: addresses of functions, written once.
        let functions: CMariaDB
    }
}
