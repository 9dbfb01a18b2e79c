import CMariaDB

/// A connection through libmariadb. Values are written into the statement as escaped literals: one round trip a statement.
final class MySQLConnection: ServerConnection {
    let sql: CMariaDB
    let handle: UnsafeMutablePointer<MYSQL>
    let location: String
    private var mode = TransactionMode.read

    /// Strict, so that a value that does not fit is an error; without notes, which MySQL gives for each rounded decimal.
    private static let setUp = [
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'", "SET SESSION sql_notes = 0",
        "SET SESSION time_zone = '+00:00'", "SET SESSION innodb_lock_wait_timeout = 30",
    ]

    /// Opens a connection.
    init(_ address: MySQLAddress, library: CMariaDB) throws {
        sql = library
        location = address.location
        var opened = try Self.connect(address, encrypted: address.tls != .disabled, library)
        // A server without TLS says so with CR_SSL_CONNECTION_ERROR.
        if case .refused(2026, _) = opened, address.tls == .preferred { opened = try Self.connect(address, encrypted: false, library) }
        switch opened {
        case .refused(let number, let message): throw MySQLErrors.refusal(number, message, address.location)
        case .connected(let pointer): handle = pointer
        }
        for statement in Self.setUp { try execute(statement) }
    }

    private enum Opened {
        case connected(UnsafeMutablePointer<MYSQL>)
        case refused(UInt32, String)
    }

    private static func connect(_ address: MySQLAddress, encrypted: Bool, _ sql: CMariaDB) throws -> Opened {
        guard let pointer = sql.mysql_init(nil) else { throw StoreError.unavailable(store: address.location, cause: "out of memory") }
        func set<Value>(_ option: mysql_option, _ value: Value) {
            withUnsafePointer(to: value) { _ = sql.mysql_options(pointer, option, $0) }
        }
        set(MYSQL_OPT_CONNECT_TIMEOUT, UInt32(10))
        set(MYSQL_OPT_READ_TIMEOUT, UInt32(300))
        set(MYSQL_OPT_WRITE_TIMEOUT, UInt32(300))
        set(MYSQL_OPT_LOCAL_INFILE, UInt32(1))
        set(MYSQL_OPT_PROTOCOL, UInt32(MYSQL_PROTOCOL_TCP.rawValue))
        "utf8mb4".withCString { _ = sql.mysql_options(pointer, MYSQL_SET_CHARSET_NAME, $0) }
        if encrypted {
            set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
            if address.tls == .verifyCA || address.tls == .verifyIdentity { set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(1)) }
            address.authority?.withCString { _ = sql.mysql_options(pointer, MYSQL_OPT_SSL_CA, $0) }
        }
        // CLIENT_FOUND_ROWS: a row that is updated to what it was counts, as in the other databases.
        let flags = UInt(CLIENT_FOUND_ROWS)
        guard sql.mysql_real_connect(pointer, address.host, address.user, address.password ?? "", address.database, address.port, nil, flags) != nil else {
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
        sql.mysql_close(handle)
    }

    // MARK: Transactions

    /// SQL for the name of the lock on this database's schema. Named locks are the whole server's, and their names end at 64
    /// characters, as many as a database's name may have.
    private static let schemaLock = "CONCAT('perigee.', SHA2(DATABASE(), 224))"

    func begin(_ mode: TransactionMode) throws {
        self.mode = mode
        switch mode {
        case .read:
            try execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            try execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        case .schema:
            // MySQL commits after each change of the schema; the named lock keeps others away meanwhile.
            guard try first("SELECT GET_LOCK(\(Self.schemaLock), 60)")?.first?.int64 == 1 else { throw StoreError.busy(store: location) }
        case .write:
            try execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            try execute("START TRANSACTION")
        }
    }

    /// One writer at a time, as SQLite has it: the ledger's decisions depend on each other.
    func lock() throws {
        try execute("SELECT setting FROM perigee_meta WHERE name = 'lock' FOR UPDATE")
    }

    func commit() throws {
        try execute("COMMIT")
        if case .schema = mode { try execute("DO RELEASE_LOCK(\(Self.schemaLock))") }
    }

    func rollback() throws {
        try execute("ROLLBACK")
        if case .schema = mode { try execute("DO RELEASE_LOCK(\(Self.schemaLock))") }
    }

    // MARK: Statements

    @discardableResult
    func execute(_ text: String, _ values: [SQLValue]) throws -> Int {
        try send(filled(text, values))
        var changed = 0
        try drain(&changed) { _ in }
        return changed
    }

    func query(_ text: String, _ values: [SQLValue], _ row: ([SQLValue]) throws -> Void) throws {
        try send(filled(text, values))
        var changed = 0
        try drain(&changed, row)
    }

    func lastInsertedID() throws -> Int64 { Int64(sql.mysql_insert_id(handle)) }

    /// Sends a statement. While the schema is being made, what a broken-off attempt left there already is no error.
    func send(_ statement: [UInt8]) throws {
        let failed = statement.withUnsafeBytes { sql.mysql_real_query(handle, $0.bindMemory(to: CChar.self).baseAddress, UInt($0.count)) }
        guard failed != 0 else { return }
        let number = sql.mysql_errno(handle)
        if case .schema = mode, [1050, 1061, 1062].contains(number) { return }
        throw MySQLErrors.failure(number, CStrings.text(sql.mysql_error(handle)), location)
    }

    /// Reads the statement's result, row by row.
    func drain(_ changed: inout Int, _ row: ([SQLValue]) throws -> Void) throws {
        guard sql.mysql_field_count(handle) > 0 else {
            let count = sql.mysql_affected_rows(handle)
            changed = count == .max ? 0 : Int(count)
            return
        }
        guard let result = sql.mysql_use_result(handle) else { throw lastFailure() }
        let columns = Int(sql.mysql_num_fields(result))
        var failure: (any Error)?
        // To the end even after a failure, or the connection can't be used again.
        while let fields = sql.mysql_fetch_row(result) {
            guard failure == nil, let lengths = sql.mysql_fetch_lengths(result) else { continue }
            do {
                try row(
                    (0..<columns).map { column in
                        guard let field = fields[column] else { return .null }
                        let bytes = UnsafeRawBufferPointer(start: field, count: Int(lengths[column]))
                        return .text(String(decoding: bytes, as: UTF8.self))
                    })
            } catch {
                failure = error
            }
        }
        sql.mysql_free_result(result)
        if let failure { throw failure }
        if sql.mysql_errno(handle) != 0 { throw lastFailure() }
    }

    func lastFailure() -> any Error {
        MySQLErrors.failure(sql.mysql_errno(handle), CStrings.text(sql.mysql_error(handle)), location)
    }

    // MARK: Literals

    /// The statement with its `?` replaced by literals, front to back. No statement of ours has a question mark in a text.
    func filled(_ text: String, _ values: [SQLValue]) -> [UInt8] {
        guard !values.isEmpty else { return Array(text.utf8) }
        var statement: [UInt8] = []
        var next = values.makeIterator()
        for byte in text.utf8 {
            if byte == UInt8(ascii: "?"), let value = next.next() {
                append(value, to: &statement)
            } else {
                statement.append(byte)
            }
        }
        return statement
    }

    private func append(_ value: SQLValue, to statement: inout [UInt8]) {
        switch value {
        case .null: statement += "NULL".utf8
        case .integer(let number): statement += "\(number)".utf8
        // Quoted: an unquoted literal with an exponent would be a binary float.
        case .real(let number): statement += "'\(number)'".utf8
        case .bool(let flag): statement += flag ? "1".utf8 : "0".utf8
        case .text(let text), .decimal(let text), .day(let text), .instant(let text): quote(text, to: &statement)
        }
    }

    private func quote(_ text: String, to statement: inout [UInt8]) {
        var text = text
        let escaped = text.withUTF8 { source -> [UInt8] in
            [UInt8](unsafeUninitializedCapacity: source.count * 2 + 1) { target, count in
                let written = sql.mysql_real_escape_string(
                    handle, UnsafeMutableRawPointer(target.baseAddress)?.assumingMemoryBound(to: CChar.self),
                    UnsafeRawPointer(source.baseAddress)?.assumingMemoryBound(to: CChar.self), UInt(source.count))
                count = Int(written)
            }
        }
        statement.append(UInt8(ascii: "'"))
        statement += escaped
        statement.append(UInt8(ascii: "'"))
    }
}
