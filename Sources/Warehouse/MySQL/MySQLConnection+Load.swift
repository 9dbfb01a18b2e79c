import CMariaDB
import NearEarth

/// Rows in bulk: LOAD DATA LOCAL INFILE from memory, or INSERTs of many rows where the server does not allow it.
extension MySQLConnection {
    func load(_ table: String, _ columns: [String], _ pieces: some Sequence<[UInt8]>) throws {
        let statement = """
            LOAD DATA LOCAL INFILE 'rows' INTO TABLE \(table) CHARACTER SET utf8mb4
            FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (\(columns.joined(separator: ", ")))
            """
        let source = LoadSource(pieces)
        LoadSource.install(source, on: handle, sql)
        let isLoaded = withExtendedLifetime(source) { sends(statement) }
        LoadSource.install(nil, on: handle, sql)
        if !isLoaded {
            // The server (or its administrator) does not take files from clients: ER_NOT_ALLOWED_COMMAND,
            // ER_CLIENT_LOCAL_FILES_DISABLED, MariaDB's ER_LOAD_INFILE_CAPABILITY_DISABLED.
            guard [1148, 3948, 4166].contains(sql.mysql_errno(handle)) else { throw lastFailure() }
            for piece in pieces {
                try insert(
                    table, columns,
                    piece.lazy.split(separator: 0x0A).map {
                        DelimitedText.values($0).map { $0.map(SQLValue.text) ?? .null }
                    })
            }
            return
        }
        // With LOCAL, a value that does not fit is only a warning to the server. To us it is an error.
        guard sql.mysql_warning_count(handle) == 0, sql.mysql_affected_rows(handle) == source.rows else {
            throw StoreError.failed(
                store: location, cause: "loading \(source.rows) rows into \(table): \(warning ?? "not all were taken")")
        }
    }

    /// What the server warned of first. MySQL takes the question in no prepared statement.
    private var warning: String? {
        guard sends("SHOW WARNINGS LIMIT 1"), let result = sql.mysql_store_result(handle) else { return nil }
        defer { sql.mysql_free_result(result) }
        // Its level, its number, its text.
        guard sql.mysql_num_fields(result) == 3, let text = sql.mysql_fetch_row(result)?[2] else { return nil }
        return CStrings.text(text)
    }
}

/// What libmariadb reads instead of a file.
final class LoadSource {
    private var pieces: AnyIterator<[UInt8]>
    private var bytes: [UInt8] = []
    private var at = 0
    /// How many rows were read.
    private(set) var rows = 0

    init(_ pieces: some Sequence<[UInt8]>) {
        self.pieces = AnyIterator(pieces.makeIterator())
    }

    private func read(_ target: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        while at == bytes.count, let next = pieces.next() {
            (bytes, at) = (next, 0)
            rows += next.count { $0 == 0x0A }
        }
        let count = min(room, bytes.count - at)
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawPointer(target).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source[at..<at + count]).baseAddress ?? UnsafeRawPointer(target),
                byteCount: count)
        }
        at += count
        return count
    }

    /// Makes `source` the "file" of the connection's next LOAD DATA LOCAL; nil: a server that asks for a file gets none.
    /// It has to live as long as it is installed.
    static func install(_ source: LoadSource?, on handle: UnsafeMutablePointer<MYSQL>, _ sql: CMariaDB) {
        sql.mysql_set_local_infile_handler(
            handle,
            { state, _, context in
                guard let state, let context else { return 1 }
                state.pointee = context
                return 0
            },
            { state, target, room in
                guard let state, let target else { return -1 }
                return Int32(Unmanaged<LoadSource>.fromOpaque(state).takeUnretainedValue().read(target, Int(room)))
            },
            { _ in },
            { _, message, room in
                // With a source nothing fails.
                guard let message, room > 0 else { return 2068 }
                let text = "the server asked for a file of ours, and got none"
                for (index, byte) in (Array(text.utf8.prefix(Int(room) - 1)) + [0]).enumerated() {
                    message[index] = CChar(bitPattern: byte)
                }
                // CR_LOAD_DATA_LOCAL_INFILE_REJECTED.
                return 2068
            },
            source.map { Unmanaged.passUnretained($0).toOpaque() })
    }
}
