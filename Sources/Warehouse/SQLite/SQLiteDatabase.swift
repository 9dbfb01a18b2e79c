import Foundation
import GRDB
import GRDBSQLite
import NearEarth
import Support

/// SQLite through GRDB: one file, write-ahead log, readers beside one writer.
public struct SQLiteDatabase: SQLDatabase {
    /// `sqlite:PATH`
    public let location: String
    private let pool: DatabasePool
    private let path: String
    /// The file that was opened: its device and number.
    private let file: FileNumber?
    private let queue: WriterQueue

    /// Pages of a backup between two looks at whether it is still wanted: 8 MB.
    private static let backupPages: CInt = 2048

    /// Opens the file at `path`, made where there is none.
    public static func open(path: String) async throws(StoreError) -> SQLiteDatabase {
        let opener = WriterQueue.Writer()
        do {
            return try await withTaskCancellationHandler {
                try await Blocking.run { () throws(StoreError) in try SQLiteDatabase(path: path, opener) }
            } onCancel: {
                opener.cancel()
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw .unavailable(store: "sqlite:\(path)", cause: explain(error))
        }
    }

    private init(path: String, _ opener: WriterQueue.Writer) throws(StoreError) {
        location = "sqlite:\(path)"
        let queue = WriterQueue()
        self.queue = queue
        var configuration = Configuration()
        configuration.busyMode = .callback { queue.mayGoOnWaiting(tries: $0) }
        configuration.maximumReaderCount = 6
        configuration.prepareDatabase { database in
            // In WAL mode NORMAL can't damage the file; what a power cut may take back, the next run publishes again.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            // 16 MiB for the writer, taken as needed: more make a load no faster, the system's own cache holds the file.
            try database.execute(sql: "PRAGMA cache_size = \(database.configuration.readonly ? -2048 : -16384)")
            // Pages in the log before they are moved into the file, 16 MB: a page that many rows meet in is then moved
            // once for them.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
            // The rows that a transaction is about, some 15 MB. A reader sorts what is more than its cache on the disk.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA temp_store = MEMORY") }
            // For the schema's third step.
            database.add(
                function: DatabaseFunction("perigee_observation_id", argumentCount: 1, pure: true) { values in
                    String.fromDatabaseValue(values[0]).map { Observation.id($0) }
                })
            // The fewest digits that mean the number.
            database.add(
                function: DatabaseFunction("perigee_digits", argumentCount: 1, pure: true) { values in
                    Double.fromDatabaseValue(values[0]).map { "\($0)" }
                })
        }
        do {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            if !folder.isEmpty {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            queue.begin(opener)
            defer { queue.end(opener) }
            pool = try Self.open(path, configuration, queue)
            self.path = path
            file = FileNumber(path)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw .busy(store: "sqlite:\(path)")
        } catch {
            throw .unavailable(store: "sqlite:\(path)", cause: Self.explain(error))
        }
    }

    /// Opening writes where there is no write-ahead log. Two processes that meet at an empty file can lock each other out
    /// of switching it to WAL, which SQLite does not call the busy handler for.
    private static func open(_ path: String, _ configuration: Configuration, _ queue: WriterQueue) throws
        -> DatabasePool
    {
        while true {
            do {
                return try DatabasePool(path: path, configuration: configuration)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                guard queue.mayGoOnWaiting(tries: 0) else { throw error }
            }
        }
    }

    /// Whether the file at the path is still the one that was opened.
    public func requireOwn() throws(StoreError) {
        guard let now = FileNumber(path) else { throw .unavailable(store: location, cause: "its file is gone") }
        if let file, now != file { throw .replaced(store: location) }
    }

    /// Runs one transaction, an immediate one where it writes. It runs in a task of its own, which the caller's
    /// cancellation does not reach: a run that is stopped still has its ledger to close, and GRDB would refuse a
    /// cancelled task's transaction. What cancellation does end is the wait for another writer.
    public func transaction<Result: Sendable>(_ mode: TransactionMode, _ body: @escaping SQLWork<Result>)
        async throws(StoreError) -> Result
    {
        do {
            guard mode != .read else {
                return try await Task { try await pool.read { try body(SQLiteSession($0)) } }.value
            }
            let writer = WriterQueue.Writer()
            return try await withTaskCancellationHandler {
                try await Task { try await write(body, as: writer) }.value
            } onCancel: {
                writer.cancel()
            }
        } catch {
            throw translate(error)
        }
    }

    private func write<Result: Sendable>(_ body: @escaping SQLWork<Result>, as writer: WriterQueue.Writer)
        async throws -> Result
    {
        try await pool.writeWithoutTransaction { [queue] database in
            queue.begin(writer)
            defer { queue.end(writer) }
            var result: Result?
            try database.inTransaction(.immediate) {
                queue.end(writer)
                result = try body(SQLiteSession(database))
                return .commit
            }
            guard let result else { throw StoreError.unreadable("a transaction without a result") }
            return result
        }
    }

    /// SQLite's online backup: a consistent copy while others read and write. Returns the copy's content hash.
    func backUp(to path: String, progress: @escaping @Sendable (CopyProgress) -> Void) async throws -> String {
        try await CancellationFlag.with { cancellation in
            try await backUp(to: path) { state in
                try cancellation.check()
                progress(
                    CopyProgress(
                        step: "copying", done: state.completedPageCount, total: state.totalPageCount, unit: "pages"))
            }
        }
    }

    private func backUp(to path: String, _ watch: @escaping @Sendable (DatabaseBackupProgress) throws -> Void)
        async throws -> String
    {
        do {
            let target = try DatabaseQueue(path: path)
            return try await target.writeWithoutTransaction { copy in
                try pool.read { try $0.backup(to: copy, pagesPerStep: Self.backupPages, progress: watch) }
                // One file: a backup has no write-ahead log beside it.
                try copy.execute(sql: "PRAGMA journal_mode = DELETE")
                return try ContentHash.compute(SQLiteSession(copy))
            }
        } catch {
            if error is CancellationError { throw error }
            throw StoreError.failed(store: location, cause: "backing up to \(path): \(Self.explain(error))")
        }
    }

    /// Closes the file, which from then on holds all by itself: what is still in the write-ahead log is moved into it,
    /// unless somebody else has the database open, who then does so.
    public func close() async {
        await Blocking.run {
            try? pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA busy_timeout = 0")
                _ = try? database.checkpoint(.truncate)
            }
            // The last connection to go takes the log with it, and one that may only read could not.
            pool.invalidateReadOnlyConnections()
            try? pool.close()
        }
    }

    private func translate(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        if error is CancellationError { return .cancelled }
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_BUSY { return .busy(store: location) }
        return .failed(store: location, cause: Self.explain(error))
    }

    /// What SQLite or the system said.
    static func explain(_ error: any Error) -> String {
        if let system = (error as? CocoaError)?.underlying as? POSIXError {
            return String(cString: strerror(system.code.rawValue))
        }
        guard let error = error as? DatabaseError else { return error.localizedDescription }
        // The statement and its values stay out: rows are not business of an error message.
        return error.message ?? error.resultCode.description
    }
}

/// A GRDB connection inside a transaction.
struct SQLiteSession: SQLSession {
    let dialect = SQLDialect.sqlite
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int {
        if values.isEmpty {
            try database.execute(sql: sql)
        } else {
            try database.cachedStatement(sql: sql).execute(arguments: Self.arguments(values))
        }
        return database.changesCount
    }

    func load(_ table: String, _ columns: [String], _ pieces: some Sequence<[UInt8]>) throws {
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let statement = try database.cachedStatement(
            sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))")
        let types = try Schema.table(table)
        let loader = SQLiteRowLoader(statement: statement.sqliteStatement, columns: columns.map(types.type))
        for piece in pieces { try loader.load(piece) }
    }

    func query(_ sql: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws {
        let statement = try database.cachedStatement(sql: sql)
        let positions = SQLRow.positions(of: statement.columnNames)
        try Self.step(statement, values) { handle, columns in
            let all = (0..<columns).map { column -> SQLValue in
                switch sqlite3_column_type(handle, column) {
                case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
                case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
                case SQLITE_TEXT:
                    Self.text(handle, column).map { .text(String(decoding: $0, as: UTF8.self)) } ?? .null
                default: .null
                }
            }
            try row(SQLRow(positions: positions, all: all))
            return true
        }
    }

    func scan(_ sql: String, _ values: [SQLValue], _ row: ([UnsafeRawBufferPointer?]) throws -> Bool) throws {
        let statement = try database.cachedStatement(sql: sql)
        var texts = [UnsafeRawBufferPointer?](repeating: nil, count: statement.columnCount)
        try Self.step(statement, values) { handle, columns in
            for column in 0..<columns { texts[Int(column)] = Self.text(handle, column) }
            return try row(texts)
        }
    }

    /// Goes through a statement's rows for as long as it is told to go on. GRDB's own cursors cost three times as much
    /// a value.
    private static func step(
        _ statement: GRDB.Statement, _ values: [SQLValue], _ row: (SQLiteStatement, Int32) throws -> Bool
    ) throws {
        try statement.setArguments(arguments(values))
        let (handle, columns) = (statement.sqliteStatement, Int32(statement.columnCount))
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: guard try row(handle, columns) else { return }
            case SQLITE_DONE: return
            default: throw SQLiteRowLoader.failure(of: handle)
            }
        }
    }

    /// A value as text, until the next step; nil where there is none.
    private static func text(_ handle: SQLiteStatement, _ column: Int32) -> UnsafeRawBufferPointer? {
        // The text first: asking for it may convert the value, and the count is that of the text.
        sqlite3_column_text(handle, column).map {
            UnsafeRawBufferPointer(start: $0, count: Int(sqlite3_column_bytes(handle, column)))
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

/// What tells one file from another, whatever they are called.
private struct FileNumber: Equatable {
    private let device, number: UInt64

    /// That of the file at a path; nil where there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}
