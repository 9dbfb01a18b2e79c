import CMariaDB

/// A prepared statement: its values go to the server in their own types, and come back as texts.
final class MySQLStatement {
    private let sql: CMariaDB
    private let location: String
    private let handle: UnsafeMutablePointer<MYSQL_STMT>

    /// Room for a value of a result; a longer one is fetched by itself.
    private static let room = 256

    init(_ text: String, on connection: UnsafeMutablePointer<MYSQL>, _ sql: CMariaDB, _ location: String) throws {
        guard let handle = sql.mysql_stmt_init(connection) else {
            throw StoreError.unavailable(store: location, cause: "out of memory")
        }
        self.sql = sql
        self.location = location
        self.handle = handle
        guard sql.mysql_stmt_prepare(handle, text, UInt(text.utf8.count)) == 0 else {
            let error = failure()
            close()
            throw error
        }
    }

    func close() { _ = sql.mysql_stmt_close(handle) }

    /// The number that the last execution generated for its row.
    var insertedID: Int64 { Int64(bitPattern: sql.mysql_stmt_insert_id(handle)) }

    private func failure() -> any Error {
        MySQLErrors.failure(sql.mysql_stmt_errno(handle), CStrings.text(sql.mysql_stmt_error(handle)), location)
    }

    // MARK: Values on their way in

    /// Carries it out and returns how many rows it changed.
    func execute(_ values: [SQLValue]) throws -> Int {
        // All values in one block, in the form that libmariadb reads each in.
        var block: [UInt8] = []
        var slots: [(type: enum_field_types, start: Int, count: Int)] = []
        func add(_ type: enum_field_types, _ bytes: some Collection<UInt8>) {
            // Numbers have to stand at multiples of their size.
            block += repeatElement(0, count: (8 - block.count % 8) % 8)
            slots.append((type, block.count, bytes.count))
            block += bytes
        }
        for value in values {
            switch value {
            case .null: add(MYSQL_TYPE_NULL, [])
            case .integer(let number): withUnsafeBytes(of: number) { add(MYSQL_TYPE_LONGLONG, $0) }
            case .bool(let flag): withUnsafeBytes(of: Int64(flag ? 1 : 0)) { add(MYSQL_TYPE_LONGLONG, $0) }
            case .real(let number): withUnsafeBytes(of: number) { add(MYSQL_TYPE_DOUBLE, $0) }
            case .decimal(let digits): add(MYSQL_TYPE_NEWDECIMAL, digits.utf8)
            case .text(let text), .day(let text), .instant(let text): add(MYSQL_TYPE_STRING, text.utf8)
            }
        }
        return try block.withUnsafeMutableBytes { block in
            var binds = slots.map { slot in
                var bind = MYSQL_BIND()
                bind.buffer_type = slot.type
                bind.buffer = block.baseAddress?.advanced(by: slot.start)
                // Without a place for the length, libmariadb takes the buffer's.
                bind.buffer_length = UInt(slot.count)
                return bind
            }
            guard binds.isEmpty || sql.mysql_stmt_bind_param(handle, &binds) == 0, sql.mysql_stmt_execute(handle) == 0
            else { throw failure() }
            return Int(truncatingIfNeeded: sql.mysql_stmt_affected_rows(handle))
        }
    }

    // MARK: Values on their way out

    /// Carries a query out and hands each row on, without keeping any.
    func query(_ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws {
        _ = try execute(values)
        defer { _ = sql.mysql_stmt_free_result(handle) }
        guard let metadata = sql.mysql_stmt_result_metadata(handle) else { throw failure() }
        let count = Int(sql.mysql_num_fields(metadata))
        let fields = UnsafeBufferPointer(start: sql.mysql_fetch_fields(metadata), count: count)
        let positions = SQLRow.positions(of: fields.map { CStrings.text($0.name) })
        sql.mysql_free_result(metadata)

        let rooms = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count * Self.room), alignment: 1)
        let lengths = UnsafeMutableBufferPointer<UInt>.allocate(capacity: max(1, count))
        let nulls = UnsafeMutableBufferPointer<my_bool>.allocate(capacity: max(1, count))
        defer {
            rooms.deallocate()
            lengths.deallocate()
            nulls.deallocate()
        }
        lengths.initialize(repeating: 0)
        nulls.initialize(repeating: 0)
        var binds = (0..<count).map { column in
            var bind = MYSQL_BIND()
            bind.buffer_type = MYSQL_TYPE_STRING
            bind.buffer = rooms.baseAddress?.advanced(by: column * Self.room)
            bind.buffer_length = UInt(Self.room)
            bind.length = lengths.baseAddress?.advanced(by: column)
            bind.is_null = nulls.baseAddress?.advanced(by: column)
            return bind
        }
        // libmariadb copies them.
        guard sql.mysql_stmt_bind_result(handle, &binds) == 0 else { throw failure() }
        while true {
            switch sql.mysql_stmt_fetch(handle) {
            case 0, MYSQL_DATA_TRUNCATED:
                let found = try (0..<count).map { column -> SQLValue in
                    let (start, length) = (column * Self.room, Int(lengths[column]))
                    guard nulls[column] == 0 else { return .null }
                    guard length <= Self.room else { return .text(try long(column, length)) }
                    return .text(String(decoding: rooms[start..<start + length], as: UTF8.self))
                }
                try row(SQLRow(positions: positions, all: found))
            case MYSQL_NO_DATA: return
            default: throw failure()
            }
        }
    }

    /// A value that is longer than its room.
    private func long(_ column: Int, _ length: Int) throws -> String {
        var text = [UInt8](repeating: 0, count: length)
        let failed = text.withUnsafeMutableBytes { target in
            var bind = MYSQL_BIND()
            bind.buffer_type = MYSQL_TYPE_STRING
            bind.buffer = target.baseAddress
            bind.buffer_length = UInt(length)
            var written: UInt = 0
            return withUnsafeMutablePointer(to: &written) { written in
                bind.length = written
                return sql.mysql_stmt_fetch_column(handle, &bind, UInt32(column), 0)
            }
        }
        guard failed == 0 else { throw failure() }
        return String(decoding: text, as: UTF8.self)
    }
}
