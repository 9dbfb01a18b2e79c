import Crypto
import Foundation
import NearEarth

/// A portable copy of a store: every table of ours, as text that any store can take.
///
/// Line by line JSON: a header (version, content hash), for each table a line with its name and columns and a line per row
/// (texts, or null), and a last line with the SHA-256 of all bytes before it.
public enum Archive {
    /// Version of the form.
    static let version = 2
    /// Bytes that are handed to a database at a time.
    private static let pieceSize = 2 << 20

    /// What an archive holds.
    public struct Summary: Sendable, Codable {
        /// SHA-256 over the records, as `Store.contentHash` has it.
        public var contentHash: String
        /// Rows by table.
        public var rows: [String: Int]

        enum CodingKeys: String, CodingKey {
            case rows
            case contentHash = "content_hash"
        }
    }

    // MARK: Writing

    /// Writes a store's archive to `path`, which appears when it is complete. All tables are read from one snapshot.
    public static func write(_ database: any SQLDatabase, to path: String) async throws -> Summary {
        let temporary = "\(path).\(UInt32.random(in: 0 ... .max)).tmp"
        guard FileManager.default.createFile(atPath: temporary, contents: nil), let file = FileHandle(forWritingAtPath: temporary) else {
            throw ArchiveError.file(path: path, cause: "it can't be written")
        }
        let shared = Output(file: file)
        do {
            // An old backup that is being restored has the tables of its day.
            try await database.migrate()
            let summary = try await database.read { session in try dump(Schema.tables, session, to: shared.writer()) }
            try file.synchronize()
            try file.close()
            // rename(2) takes the name in one step; FileManager's move refuses a name that is taken.
            guard rename(temporary, path) == 0 else { throw ArchiveError.file(path: path, cause: "it can't be given its name") }
            return summary
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
    }

    private struct Output: @unchecked Sendable {
        // @unchecked: the file is written by the one transaction that reads the store.
        let file: FileHandle

        func writer() -> ArchiveWriter { ArchiveWriter(file: file) }
    }

    private static func dump(_ tables: [Table], _ session: any SQLSession, to output: ArchiveWriter) throws -> Summary {
        var summary = Summary(contentHash: try ContentHash.compute(session), rows: [:])
        try output.line(["perigee_archive": .number(version), "content_hash": .text(summary.contentHash)])
        for table in tables {
            try output.line(["table": .text(table.name), "columns": .list(table.columns.map { .text($0.name) })])
            var count = 0
            let columns = table.names.joined(separator: ", ")
            let order = table.identity.map { [$0] } ?? table.key
            try session.query("SELECT \(columns) FROM \(table.name) ORDER BY \(order.joined(separator: ", "))", []) { row in
                count += 1
                try output.row(PortableRow.texts(row, of: table))
            }
            summary.rows[table.name] = count
        }
        try output.finish()
        return summary
    }

    // MARK: Restoring

    /// Checks an archive from end to end, without touching any store.
    public static func verify(_ path: String) throws {
        try ArchiveReader.verify(path)
    }

    /// Restores an archive into an empty store: all tables in one transaction, undone where the outcome has another content hash.
    public static func restore(_ path: String, into database: any SQLDatabase) async throws -> Summary {
        try verify(path)
        try await database.migrate()
        let location = database.location
        return try await database.write { session in
            for table in Schema.tables where table.name != "perigee_meta" {
                guard try session.count("SELECT COUNT(*) AS count FROM \(table.name)") == 0 else { throw ArchiveError.notEmpty(store: location) }
            }
            return try load(path, session, database.dialect, location)
        }
    }

    private static func load(_ path: String, _ session: any SQLSession, _ dialect: SQLDialect, _ location: String) throws -> Summary {
        try session.execute("DELETE FROM perigee_meta WHERE name <> 'lock'")
        var summary = Summary(contentHash: "", rows: [:])
        var table: Table?
        var piece: [UInt8] = []
        func flush() throws {
            guard let table, !piece.isEmpty else { return }
            try session.load(table.name, table.columns, piece)
            piece.removeAll(keepingCapacity: true)
        }
        try ArchiveReader.read(path) { item in
            switch item {
            case .header(let hash): summary.contentHash = hash
            case .table(let name):
                try flush()
                table = try Schema.table(name)
                summary.rows[name] = 0
            case .row(let texts):
                guard let table else { return }
                // Every store has the row that writers queue up at.
                if table.name == "perigee_meta", texts.first == "lock" { return }
                try PortableRow.append(texts, of: table, path, to: &piece)
                summary.rows[table.name, default: 0] += 1
                if piece.count >= pieceSize { try flush() }
            }
        }
        try flush()
        for table in Schema.tables {
            if let identity = table.identity, let statement = dialect.restartCounting(table.name, identity) { try session.query(statement, []) { _ in } }
        }
        // What was under way when the archive was made has no process any more.
        try session.execute("UPDATE perigee_batches SET lease_run = NULL WHERE lease_run IS NOT NULL")
        try session.execute("UPDATE perigee_slots SET state = 'waiting' WHERE state = 'running'")
        let hash = try ContentHash.compute(session)
        guard hash == summary.contentHash else {
            throw ArchiveError.mismatch(store: location, cause: "its content hash is \(hash), the archive's \(summary.contentHash)")
        }
        return summary
    }
}
