import GRDB
import GRDBSQLite
import NearEarth

/// Runs an INSERT for each line of `DelimitedText`; texts are bound where they stand, without a copy. SQLite itself
/// makes numbers of those that belong into a column of numbers.
struct SQLiteRowLoader {
    /// A prepared INSERT with a mark for each column.
    let statement: OpaquePointer
    /// What the columns hold.
    let columns: [ColumnType]

    /// Inserts the lines. A line with another number of values than there are columns is an error.
    func load(_ text: [UInt8]) throws {
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        try text.withUnsafeBufferPointer { bytes in
            var (start, column, isEscaped) = (0, 0, false)
            for at in bytes.indices {
                let byte = bytes[at]
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                guard byte == 0x09 || byte == 0x0A else { continue }
                guard column < columns.count, (byte == 0x0A) == (column == columns.count - 1) else {
                    throw StoreError.unreadable("a row with another number of values than columns")
                }
                bind(UnsafeBufferPointer(rebasing: bytes[start..<at]), isEscaped, columns[column], Int32(column + 1))
                (start, column, isEscaped) = (at + 1, column + 1, false)
                guard byte == 0x0A else { continue }
                guard sqlite3_step(statement) == SQLITE_DONE else { throw Self.failure(of: statement) }
                sqlite3_reset(statement)
                column = 0
            }
        }
    }

    /// Why a statement could not take its step.
    static func failure(of statement: OpaquePointer) -> DatabaseError {
        let database = sqlite3_db_handle(statement)
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_errcode(database)),
            message: String(cString: sqlite3_errmsg(database)))
    }

    /// SQLITE_STATIC and SQLITE_TRANSIENT, which are casts in C.
    private static let kept: sqlite3_destructor_type? = nil
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type?.self)

    private func bind(_ field: UnsafeBufferPointer<UInt8>, _ isEscaped: Bool, _ type: ColumnType, _ position: Int32) {
        if isEscaped, field.elementsEqual(DelimitedText.null) {
            sqlite3_bind_null(statement, position)
        } else if type == .decimal, let number = Double(String(decoding: field, as: UTF8.self)) {
            // The nearest Double: SQLite 3.40's own conversion may miss it by a unit in the last place.
            sqlite3_bind_double(statement, position, number)
        } else if isEscaped {
            DelimitedText.unescaped(field).withUnsafeBufferPointer { bindText($0, position, Self.copied) }
        } else {
            bindText(field, position, Self.kept)
        }
    }

    private func bindText(_ text: UnsafeBufferPointer<UInt8>, _ position: Int32, _ lifetime: sqlite3_destructor_type?) {
        // A null pointer would be NULL.
        guard !text.isEmpty else {
            sqlite3_bind_text(statement, position, "", 0, Self.copied)
            return
        }
        text.withMemoryRebound(to: CChar.self) {
            _ = sqlite3_bind_text(statement, position, $0.baseAddress, Int32($0.count), lifetime)
        }
    }
}
