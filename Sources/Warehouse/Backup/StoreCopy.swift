import Foundation
import NearEarth
import Support

/// How far the copying of a store is.
public struct CopyProgress: Sendable {
    /// What is being done: `reading`, `writing`, `copying`.
    public var step: String
    /// How much of it is done.
    public var done: Int
    /// How much there is.
    public var total: Int
    /// Of what: `rows`, `pages`.
    public var unit: String
}

/// Copies a store into an empty one: everything, history included. The source is read from one snapshot, into a file
/// for each table in a temporary folder, as text that any store takes; the target is written in one transaction.
public enum StoreCopy {
    /// What a copy holds.
    public struct Summary: Sendable {
        /// SHA-256 over the records, as `Store.contentHash` has it.
        public var contentHash: String
        /// Rows by table.
        public var rows: [String: Int]
    }

    /// Bytes that are handed to a database at a time.
    private static let pieceSize = 2 << 20
    /// Every store has the row that writers queue up at: it is not copied.
    private static let notLock = "WHERE name <> 'lock'"

    /// A table's rows that are copied, as they stand behind FROM.
    private static func rows(of table: Table) -> String {
        table.name == "perigee_meta" ? "perigee_meta \(notLock)" : table.name
    }

    /// Copies; undone where the target's rows or content hash turn out to be others, or the task is cancelled.
    public static func copy(
        from source: any SQLDatabase, to target: any SQLDatabase,
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> Summary {
        try await CancellationFlag.with { cancellation in
            try await copy(from: source, to: target, Watch(cancellation: cancellation, show: progress))
        }
    }

    /// Who watches the copying, and may end it.
    private struct Watch: Sendable {
        let cancellation: CancellationFlag
        let show: @Sendable (CopyProgress) -> Void

        func note(_ step: String, _ done: Int, of total: Int) throws {
            try cancellation.check()
            show(CopyProgress(step: step, done: done, total: total, unit: "rows"))
        }
    }

    private static func copy(
        from source: any SQLDatabase, to target: any SQLDatabase, _ watch: Watch
    ) async throws -> Summary {
        let folder = NSTemporaryDirectory() + "perigee-copy-\(UUID().uuidString)/"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError.file(path: folder, cause: error.localizedDescription)
        }
        // An old backup that is being restored has the tables of its day.
        try await source.migrate()
        let copied = try await source.read { try export($0, to: folder, watch) }
        try await target.migrate()
        let location = target.location
        try await target.write { session in
            for table in Schema.tables where table.name != "perigee_meta" {
                guard try session.count(table.name) == 0 else { throw StoreError.notEmpty(store: location) }
            }
            try load(folder, session, copied, watch)
            let found = try summary(session)
            guard found.contentHash == copied.contentHash, found.rows == copied.rows else {
                throw StoreError.mismatch(
                    store: location,
                    cause: "its content hash is \(found.contentHash), the source's \(copied.contentHash)")
            }
            // What was under way in the source has no process any more.
            try session.execute("UPDATE perigee_batches SET lease_run = NULL WHERE lease_run IS NOT NULL")
            try session.execute("UPDATE perigee_slots SET state = 'waiting' WHERE state = 'running'")
        }
        return copied
    }

    private static func summary(_ session: any SQLSession) throws -> Summary {
        let counts = try Schema.tables.map { ($0.name, try session.count(rows(of: $0))) }
        return Summary(contentHash: try ContentHash.compute(session), rows: Dictionary(uniqueKeysWithValues: counts))
    }

    private static func export(_ session: any SQLSession, to folder: String, _ watch: Watch) throws -> Summary {
        let total = try Schema.tables.reduce(0) { $0 + (try session.count(rows(of: $1))) }
        var done = 0
        for table in Schema.tables {
            guard FileManager.default.createFile(atPath: folder + table.name, contents: nil),
                let file = FileHandle(forWritingAtPath: folder + table.name)
            else { throw StoreError.file(path: folder + table.name, cause: "it can't be written") }
            defer { try? file.close() }
            let order = table.identity.map { [$0] } ?? table.key
            var piece: [UInt8] = []
            try session.query(
                "SELECT \(table.names.joined(separator: ", ")) FROM \(rows(of: table)) ORDER BY \(order.joined(separator: ", "))",
                []
            ) { row in
                DelimitedText.append(try texts(row, of: table), to: &piece)
                done += 1
                if done % 1000 == 0 { try watch.note("reading", done, of: total) }
                guard piece.count > pieceSize else { return }
                try file.write(contentsOf: piece)
                piece.removeAll(keepingCapacity: true)
            }
            try file.write(contentsOf: piece)
        }
        return try summary(session)
    }

    /// A row as texts that mean the same in every store. A store may have rounded facts to their columns' scale, or to
    /// a Double: the record has every digit.
    private static func texts(_ row: SQLRow, of table: Table) throws -> [String?] {
        let facts: [String?] =
            switch table.name {
            case ApproachRow.tables.live, ApproachRow.tables.history: try ApproachRow(row).values
            case ObjectOrbit.tables.live, ObjectOrbit.tables.history: try ObjectOrbit(row).values
            default: []
            }
        return facts + zip(table.columns, row.all).dropFirst(facts.count).map { $0.text($1) }
    }

    private static func load(_ folder: String, _ session: any SQLSession, _ copied: Summary, _ watch: Watch) throws {
        let total = copied.rows.values.reduce(0, +)
        var done = 0
        try session.execute("DELETE FROM perigee_meta \(notLock)")
        for table in Schema.tables {
            guard let file = FileHandle(forReadingAtPath: folder + table.name) else {
                throw StoreError.file(path: folder + table.name, cause: "it is gone")
            }
            defer { try? file.close() }
            var rest: [UInt8] = []
            while let piece = try file.read(upToCount: pieceSize), !piece.isEmpty {
                rest += piece
                // Whole rows at a time.
                guard let end = rest.lastIndex(of: 0x0A) else { continue }
                let whole = Array(rest[...end])
                try watch.note("writing", done, of: total)
                try session.load(table.name, table.names, [whole])
                done += whole.count { $0 == 0x0A }
                rest.removeFirst(end + 1)
            }
            if let identity = table.identity, let statement = session.dialect.restartCounting(table.name, identity) {
                _ = try session.rows(statement)
            }
        }
    }
}
