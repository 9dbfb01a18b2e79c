import Foundation
import GRDB

/// SQLite through GRDB: one file, write-ahead log, readers beside one writer.
///
/// Transactions are short and run in tasks of their own, which a cancellation does not reach: a run that is being stopped still
/// has to give its windows up and to write down how it ended.
public struct SQLiteDatabase: SQLDatabase {
    /// `sqlite:PATH`
    public let location: String
    /// SQLite's words.
    public let dialect = SQLDialect.sqlite
    private let pool: DatabasePool

    /// How long a writer waits for another one, seconds.
    static let busySeconds = 30.0

    /// Opens the file at `path`, made where there is none.
    public init(path: String) throws(StoreError) {
        location = "sqlite:\(path)"
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            // In WAL mode NORMAL can't damage the file; what a power cut may take back, the next run publishes again.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            // 64 MiB, taken as needed: the key's tree is in the order of SPK-IDs, the rows come in the order of dates.
            try database.execute(sql: "PRAGMA cache_size = -65536")
            // Pages in the log before they are moved into the file, 16 MB: a page that many rows meet in is then moved once for them.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
            // The rows that a transaction is about, some 15 MB, and what is sorted.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
            pool = try Self.open(path, configuration)
        } catch {
            throw .unavailable(store: "sqlite:\(path)", cause: Self.explain(error))
        }
    }

    /// Two processes that meet at an empty file can lock each other out of switching it to WAL; SQLite's time-out does not cover that.
    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
        for _ in 0..<100 {
            do {
                return try DatabasePool(path: path, configuration: configuration)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// The schema's steps: those applied, and those to come.
    public func migrations() async throws(StoreError) -> (applied: [String], pending: [String]) {
        do {
            let applied = try await pool.read { try Self.migrator.appliedMigrations($0) }
            return (applied, Schema.migrations.map(\.name).filter { !applied.contains($0) })
        } catch {
            throw translate(error)
        }
    }

    /// Applies the steps to come.
    public func migrate() async throws(StoreError) {
        // Nothing is written where nothing is to come: the file may be one that may only be read.
        guard try await !migrations().pending.isEmpty else { return }
        do {
            do {
                try Self.migrator.migrate(pool)
            } catch {
                // Two processes began with the same empty file, and the other one was first: now its steps are there.
                try Self.migrator.migrate(pool)
            }
        } catch {
            throw .unavailable(store: location, cause: Self.explain(error))
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in Schema.migrations {
            migrator.registerMigration(migration.name) { database in
                for statement in migration.statements(.sqlite) { try database.execute(sql: statement) }
            }
        }
        return migrator
    }

    // In a task of its own, which the caller's cancellation does not reach: a run that is stopped still has its ledger to close,
    // and GRDB would refuse a cancelled task's transaction.

    /// Reads, all from one snapshot.
    public func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws(StoreError) -> Result {
        do {
            return try await Task { try await pool.read { try body(SQLiteSession(database: $0)) } }.value
        } catch {
            throw translate(error)
        }
    }

    /// Reads and writes in one immediate transaction.
    public func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws(StoreError) -> Result {
        do {
            return try await Task { try await pool.write { try body(SQLiteSession(database: $0)) } }.value
        } catch {
            throw translate(error)
        }
    }

    /// The same, undone where it does not work out. SQLite has one writer at a time in any case: the lock comes first.
    public func attempt<Ahead, Result: Sendable>(
        ahead: @escaping @Sendable (any SQLSession) throws -> Ahead?, _ body: @escaping @Sendable (any SQLSession, Ahead) throws -> Result?
    ) async throws(StoreError) -> Result? {
        do {
            return try await Task {
                try await pool.writeWithoutTransaction { database in
                    var result: Result?
                    try database.inTransaction(.immediate) {
                        let session = SQLiteSession(database: database)
                        let found: Ahead?
                        do {
                            found = try ahead(session)
                        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                            found = nil
                        }
                        guard let found else { return .rollback }
                        result = try body(session, found)
                        return result == nil ? .rollback : .commit
                    }
                    return result
                }
            }.value
        } catch {
            throw translate(error)
        }
    }

    /// SQLite's online backup: a consistent copy while others read and write. Returns the copy's content hash.
    func backUp(to path: String) async throws(StoreError) -> String {
        do {
            let target = try DatabaseQueue(path: path)
            try pool.backup(to: target)
            // One file: a backup has no write-ahead log beside it.
            try await target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            let hash = try await target.read { try ContentHash.compute(SQLiteSession(database: $0)) }
            try target.close()
            return hash
        } catch {
            throw .failed(store: location, cause: "backing up to \(path): \(Self.explain(error))")
        }
    }

    /// Closes the file.
    public func close() async {
        try? pool.close()
    }

    private func translate(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        if let error = error as? ArchiveError { return .archive(error) }
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_BUSY { return .busy(store: location) }
        return .failed(store: location, cause: Self.explain(error))
    }

    private static func explain(_ error: any Error) -> String {
        if let system = (error as? CocoaError)?.underlying as? POSIXError { return String(cString: strerror(system.code.rawValue)) }
        guard let error = error as? DatabaseError else { return error.localizedDescription }
        // The statement and its values stay out: rows are no business of an error message.
        return error.message ?? error.resultCode.description
    }
}

/// A GRDB connection inside a transaction.
struct SQLiteSession: SQLSession {
    let database: Database

    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: Self.arguments(values))
        return database.changesCount
    }

    func insert(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>, _ clause: String) throws {
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let statement = try database.cachedStatement(sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks)) \(clause)")
        try SQLiteRowLoader(statement: statement.sqliteStatement, columns: []).load(rows)
    }

    func load(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>) throws {
        try insert(table, columns, rows, "")
    }

    func load(_ table: String, _ rows: BulkRows) throws {
        let marks = Array(repeating: "?", count: rows.columns.count).joined(separator: ", ")
        let names = rows.columns.map(\.name).joined(separator: ", ")
        let statement = try database.cachedStatement(sql: "INSERT INTO \(table) (\(names)) VALUES (\(marks))")
        try SQLiteRowLoader(statement: statement.sqliteStatement, columns: rows.columns.map(\.type)).load(rows.bytes)
    }

    func query(_ sql: String, _ values: [SQLValue], _ row: ([SQLValue]) throws -> Void) throws {
        let statement = try database.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(values))
        while let found = try cursor.next() {
            try row(
                (0..<found.count).map { index in
                    switch (found[index] as DatabaseValue).storage {
                    case .null, .blob: .null
                    case .int64(let value): .integer(value)
                    case .double(let value): .real(value)
                    case .string(let value): .text(value)
                    }
                })
        }
    }

    func lastInsertedID() throws -> Int64 { database.lastInsertedRowID }

    private static func arguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(
            values.map { value -> DatabaseValue in
                switch value {
                case .null: .null
                case .integer(let number): number.databaseValue
                case .real(let number): number.databaseValue
                case .text(let text), .day(let text), .instant(let text): text.databaseValue
                // The nearest Double: SQLite 3.40's own conversion may miss it by a unit in the last place.
                case .decimal(let digits): Double(digits)?.databaseValue ?? digits.databaseValue
                case .bool(let flag): flag.databaseValue
                }
            })
    }
}
