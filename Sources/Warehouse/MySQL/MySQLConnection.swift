import CMariaDB

// @unchecked: addresses of functions, written once.
extension CMariaDB: @retroactive @unchecked Sendable {}

/// A connection through libmariadb. Values travel beside prepared statements, never inside their text.
final class MySQLConnection: ServerConnection {
    let dialect = SQLDialect.mysql
    let sql: CMariaDB
    let handle: UnsafeMutablePointer<MYSQL>
    let location: String
    private var mode = TransactionMode.read
    /// Statements by their text.
    private var prepared: [String: MySQLStatement] = [:]
    private var insertedID: Int64 = 0

    /// More would be a burden on the server, which counts all connections' together.
    private static let mostPrepared = 100

    /// Strict, so that a value that does not fit is an error; without notes, which MySQL gives for each rounded
    /// decimal.
    private static let setUp = [
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
        "SET SESSION sql_notes = 0", "SET SESSION time_zone = '+00:00'", "SET SESSION innodb_lock_wait_timeout = 30",
    ]

    /// The database that a URL names. Nothing is opened yet.
    static func database(_ url: String, _ credentials: StoreCredentials) throws(StoreError) -> ServerDatabase {
        let address = try MySQLAddress(url, credentials)
        var functions = CMariaDB()
        if let problem = cmariadb_load(&functions) {
            throw .unavailable(store: address.location, cause: String(cString: problem))
        }
        return ServerDatabase(location: address.location) { [functions] in
            try MySQLConnection(address, library: functions)
        }
    }

    /// Opens a connection.
    private init(_ address: MySQLAddress, library: CMariaDB) throws {
        sql = library
        location = address.location
        var opened = try Self.connect(address, encrypted: address.tls != .disabled, library)
        // A server without TLS says so with CR_SSL_CONNECTION_ERROR.
        if case .refused(2026, _) = opened, address.tls == .preferred {
            opened = try Self.connect(address, encrypted: false, library)
        }
        switch opened {
        case .refused(let number, let message): throw MySQLErrors.refusal(number, message, address.location)
        case .connected(let pointer): handle = pointer
        }
        for statement in Self.setUp { try execute(statement) }
    }

    /// Ways to prove the password without sending it.
    private static let authentication =
        "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec"

    private enum Opened {
        case connected(UnsafeMutablePointer<MYSQL>)
        case refused(UInt32, String)
    }

    private static func connect(_ address: MySQLAddress, encrypted: Bool, _ sql: CMariaDB) throws -> Opened {
        guard let pointer = sql.mysql_init(nil) else {
            throw StoreError.unavailable(store: address.location, cause: "out of memory")
        }
        func set<Value>(_ option: mysql_option, _ value: Value) {
            withUnsafePointer(to: value) { _ = sql.mysql_options(pointer, option, $0) }
        }
        set(MYSQL_OPT_CONNECT_TIMEOUT, UInt32(10))
        set(MYSQL_OPT_READ_TIMEOUT, UInt32(300))
        set(MYSQL_OPT_WRITE_TIMEOUT, UInt32(300))
        // The server has to be told that files may be asked for; none is ever given but our own rows
        // (`MySQLConnection+Load`).
        set(MYSQL_OPT_LOCAL_INFILE, UInt32(1))
        LoadSource.install(nil, on: pointer, sql)
        // A password never travels as it is, whatever plugin the server asks for.
        authentication.withCString { _ = sql.mysql_options(pointer, MARIADB_OPT_RESTRICTED_AUTH, $0) }
        set(MYSQL_OPT_PROTOCOL, UInt32(MYSQL_PROTOCOL_TCP.rawValue))
        "utf8mb4".withCString { _ = sql.mysql_options(pointer, MYSQL_SET_CHARSET_NAME, $0) }
        if encrypted {
            // libmariadb would send the password's proof before it finds out that the server does not offer TLS.
            if address.tls != .preferred, try !MySQLGreeting.offersTLS(address) {
                return .refused(2026, "the server does not offer it")
            }
            set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
            if address.tls == .verifyCA || address.tls == .verifyIdentity {
                set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(1))
            }
            address.authority?.withCString { _ = sql.mysql_options(pointer, MYSQL_OPT_SSL_CA, $0) }
        }
        // CLIENT_FOUND_ROWS: a row that is updated to what it was counts, as in the other databases.
        let flags = UInt(CLIENT_FOUND_ROWS)
        guard
            sql.mysql_real_connect(
                pointer, address.host, address.user, address.password ?? "", address.database, address.port, nil, flags)
                != nil
        else {
            let number = sql.mysql_errno(pointer)
            let message = CStrings.text(sql.mysql_error(pointer))
            sql.mysql_close(pointer)
            return .refused(number, message)
        }
        if encrypted, sql.mysql_get_ssl_cipher(pointer) == nil {
            sql.mysql_close(pointer)
            return .refused(2026, "the connection is not encrypted")
        }
        return .connected(pointer)
    }

    func close() {
        closeStatements()
        sql.mysql_close(handle)
    }

    private func closeStatements() {
        for statement in prepared.values { statement.close() }
        prepared = [:]
    }

    // MARK: Transactions

    /// SQL for the name of the lock on this database's schema. Named locks are the whole server's, and their names end
    /// at 64 characters, as many as a database's name may have.
    private static let schemaLock = "CONCAT('perigee.', SHA2(DATABASE(), 224))"

    func begin(_ mode: TransactionMode) throws {
        self.mode = mode
        switch mode {
        case .read:
            try execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            try execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        case .schema:
            // MySQL commits after each change of the schema; the named lock keeps others away meanwhile.
            guard try first("SELECT GET_LOCK(\(Self.schemaLock), 60) AS taken")?["taken"] == 1 else {
                throw StoreError.busy(store: location)
            }
        case .write:
            try execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            try execute("START TRANSACTION")
        }
    }

    func commit() throws { try end("COMMIT") }
    func rollback() throws { try end("ROLLBACK") }

    private func end(_ statement: String) throws {
        try execute(statement)
        if mode == .schema { try execute("DO RELEASE_LOCK(\(Self.schemaLock))") }
    }

    // MARK: Statements

    @discardableResult
    func execute(_ text: String, _ values: [SQLValue]) throws -> Int {
        guard !values.isEmpty else { return try execute(text) }
        let statement = try statement(text)
        let changed = try statement.execute(values)
        insertedID = statement.insertedID
        return changed
    }

    /// A statement without values. While the schema is being changed, what a broken-off attempt has done already is not
    /// an error.
    @discardableResult
    private func execute(_ text: String) throws -> Int {
        guard sends(text) else {
            let number = sql.mysql_errno(handle)
            let isDone = MySQLErrors.appliedBefore.contains(number) || (number == 1146 && text.contains(" RENAME TO "))
            if mode == .schema, isDone { return 0 }
            throw lastFailure()
        }
        guard sql.mysql_field_count(handle) > 0 else { return Int(truncatingIfNeeded: sql.mysql_affected_rows(handle)) }
        guard let result = sql.mysql_store_result(handle) else { throw lastFailure() }
        sql.mysql_free_result(result)
        return 0
    }

    /// Sends a statement without values; false where it failed.
    func sends(_ text: String) -> Bool {
        sql.mysql_real_query(handle, text, UInt(text.utf8.count)) == 0
    }

    func query(_ text: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws {
        try statement(text).query(values, row)
    }

    func lastInsertedID() throws -> Int64 { insertedID }

    private func statement(_ text: String) throws -> MySQLStatement {
        if let known = prepared[text] { return known }
        if prepared.count >= Self.mostPrepared { closeStatements() }
        let statement = try MySQLStatement(text, on: handle, sql, location)
        prepared[text] = statement
        return statement
    }

    func lastFailure() -> any Error {
        MySQLErrors.failure(sql.mysql_errno(handle), CStrings.text(sql.mysql_error(handle)), location)
    }
}
