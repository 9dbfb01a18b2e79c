import GRDB
import GRDBSQLite
import NearEarth

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Runs an INSERT for each line of `DelimitedText`; its values are bound where they stand, without a copy.
struct SQLiteRowLoader {
    /// A prepared INSERT with a mark for each column.
    let statement: OpaquePointer
    /// What `DelimitedText` is read as.
    let columns: [ColumnType]

    /// Inserts the lines. A line with another number of values than there are columns is an error, and nothing is read beyond the text's end.
    func load(_ text: [UInt8]) throws {
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        // strtod(3) may look at the byte behind a number: it stops at the tab or line feed behind a number; behind the text itself there has to be one too.
        guard text.last == 0x0A || text.isEmpty else { throw StoreError.unreadable("rows that break off in mid-line") }
        try text.withUnsafeBufferPointer { bytes in
            var at = 0
            while at < bytes.count {
                sqlite3_reset(statement)
                for index in columns.indices {
                    let start = at
                    let end: UInt8 = index == columns.count - 1 ? 0x0A : 0x09
                    var hasEscapes = false
                    while bytes[at] != end {
                        guard bytes[at] != 0x0A, bytes[at] != 0x09 else { throw StoreError.unreadable("a row with another number of values than columns") }
                        hasEscapes = hasEscapes || bytes[at] == UInt8(ascii: "\\")
                        at += 1
                    }
                    let field = UnsafeBufferPointer(rebasing: bytes[start..<at])
                    at += 1
                    if hasEscapes {
                        if field.count == 2, field[1] == UInt8(ascii: "N") {
                            sqlite3_bind_null(statement, Int32(index + 1))
                        } else {
                            DelimitedText.unescaped(field).withUnsafeBufferPointer { bindText($0, index, Self.copied) }
                        }
                    } else {
                        bind(field, index)
                    }
                }
                try step()
            }
        }
    }

    private func step() throws {
        guard sqlite3_step(statement) != SQLITE_DONE else { return }
        let database = sqlite3_db_handle(statement)
        throw DatabaseError(resultCode: ResultCode(rawValue: sqlite3_errcode(database)), message: String(cString: sqlite3_errmsg(database)))
    }

    /// SQLITE_STATIC and SQLITE_TRANSIENT, which are casts in C.
    private static let kept: sqlite3_destructor_type? = nil
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type?.self)

    private func bind(_ field: UnsafeBufferPointer<UInt8>, _ index: Int) {
        let position = Int32(index + 1)
        guard let base = field.baseAddress, field.count > 0 else { return bindText(field, index, Self.copied) }
        switch columns[index] {
        case .decimal:
            // The nearest Double: SQLite 3.40's own conversion may miss it by a unit in the last place.
            let (value, read) = UnsafeRawPointer(base).withMemoryRebound(to: CChar.self, capacity: field.count + 1) { digits in
                var end: UnsafeMutablePointer<CChar>?
                let value = strtod(digits, &end)
                return (value, end.map { digits.distance(to: UnsafePointer<CChar>($0)) } ?? 0)
            }
            guard read == field.count else { return bindText(field, index, Self.kept) }
            sqlite3_bind_double(statement, position, value)
        case .bool, .int, .long, .identity:
            guard let number = Int64(String(decoding: field, as: UTF8.self), radix: 10) else { return bindText(field, index, Self.kept) }
            sqlite3_bind_int64(statement, position, number)
        case .text, .day, .instant: bindText(field, index, Self.kept)
        }
    }

    private func bindText(_ field: UnsafeBufferPointer<UInt8>, _ index: Int, _ lifetime: sqlite3_destructor_type?) {
        guard let base = field.baseAddress else {
            sqlite3_bind_text(statement, Int32(index + 1), "", 0, Self.copied)
            return
        }
        UnsafeRawPointer(base).withMemoryRebound(to: CChar.self, capacity: field.count) {
            _ = sqlite3_bind_text(statement, Int32(index + 1), $0, Int32(field.count), lifetime)
        }
    }
}
