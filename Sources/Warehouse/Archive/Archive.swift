import NearEarth

/// A portable copy of a store: every table of ours, as text that any store can take.
///
/// Line by line: a header (JSON: version, content hash); for each table `\.table`, its name and its columns, then its rows, all as
/// `DelimitedText`; and `\.sha256` with the SHA-256 of all bytes before it.
enum Archive {
    /// Version of the form.
    static let version = 2
    /// What begins a line that is no row: no value begins so.
    static let mark = "\\."
    /// Bytes that are handed to a database at a time.
    private static let pieceSize = 2 << 20

    /// Writes a store's archive to `path`. All tables are read from one snapshot.
    static func write(_ database: any SQLDatabase, to path: String) async throws -> StoreBackup.Summary {
        // An old backup that is being restored has the tables of its day.
        try await database.migrate()
        return try await database.read { session in
            var summary = StoreBackup.Summary(contentHash: try ContentHash.compute(session), rows: [:])
            let output = try ArchiveWriter(path, ArchiveHeader(version: version, contentHash: summary.contentHash))
            for table in Schema.tables {
                output.mark(["table", table.name] + table.names)
                var count = 0
                let order = table.identity.map { [$0] } ?? table.key
                // Every store has the row that writers queue up at.
                let condition = table.name == "perigee_meta" ? "WHERE name <> 'lock'" : ""
                let columns = table.names.joined(separator: ", ")
                try session.query("SELECT \(columns) FROM \(table.name) \(condition) ORDER BY \(order.joined(separator: ", "))", []) { row in
                    count += 1
                    try output.row(texts(row, of: table))
                }
                summary.rows[table.name] = count
            }
            try output.finish()
            return summary
        }
    }

    /// A row as texts that mean the same in every store. A store may have rounded facts to their columns' scale, or to a Double: the
    /// record has every digit.
    private static func texts(_ row: SQLRow, of table: Table) throws -> [String?] {
        let facts: [String?] =
            switch table.name {
            case ApproachRow.tables.live, ApproachRow.tables.history: try ApproachRow(row).values
            case ObjectOrbit.tables.live, ObjectOrbit.tables.history: try ObjectOrbit(row).values
            default: []
            }
        return facts + zip(table.columns, row.all).dropFirst(facts.count).map { $0.text($1) }
    }

    /// Restores an archive into an empty store: all tables in one transaction, undone where the outcome has another content hash.
    static func restore(_ path: String, into database: any SQLDatabase) async throws -> StoreBackup.Summary {
        try ArchiveReader.verify(path)
        try await database.migrate()
        let location = database.location
        return try await database.write { session in
            for table in Schema.tables where table.name != "perigee_meta" {
                guard try session.count(table.name) == 0 else { throw StoreError.notEmpty(store: location) }
            }
            let summary = try load(path, session)
            let hash = try ContentHash.compute(session)
            guard hash == summary.contentHash else {
                throw StoreError.mismatch(store: location, cause: "its content hash is \(hash), the archive's \(summary.contentHash)")
            }
            return summary
        }
    }

    private static func load(_ path: String, _ session: any SQLSession) throws -> StoreBackup.Summary {
        try session.execute("DELETE FROM perigee_meta WHERE name <> 'lock'")
        var rows: [String: Int] = [:]
        var (table, columns): (String, [String]) = ("", [])
        var piece: [UInt8] = []
        func flush() throws {
            try session.load(table, columns, piece)
            piece.removeAll(keepingCapacity: true)
        }
        let header = try ArchiveReader.read(path) { line in
            if let words = ArchiveReader.marked(line) {
                try flush()
                guard words.count > 1, words[0] == "table" else { return }
                (table, columns) = (try Schema.table(words[1]).name, Array(words.dropFirst(2)))
                rows[table] = 0
            } else {
                piece += line
                piece.append(0x0A)
                rows[table, default: 0] += 1
                if piece.count >= pieceSize { try flush() }
            }
        }
        for table in Schema.tables {
            if let identity = table.identity, let statement = session.dialect.restartCounting(table.name, identity) { _ = try session.rows(statement) }
        }
        // What was under way when the archive was made has no process any more.
        try session.execute("UPDATE perigee_batches SET lease_run = NULL WHERE lease_run IS NOT NULL")
        try session.execute("UPDATE perigee_slots SET state = 'waiting' WHERE state = 'running'")
        return StoreBackup.Summary(contentHash: header.contentHash, rows: rows)
    }
}
