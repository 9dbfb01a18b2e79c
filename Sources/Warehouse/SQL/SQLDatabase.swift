import NearEarth
import Support

/// A value on its way into or out of a database.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    /// A decimal's digits. A database with exact decimals takes them as they are; SQLite the nearest Double.
    case decimal(String)
    case bool(Bool)
    /// A day, `YYYY-MM-DD`.
    case day(String)
    /// An instant, `YYYY-MM-DD HH:MM:SS.fff`, UTC.
    case instant(String)
}

/// What a transaction is for.
public enum TransactionMode: Sendable {
    /// Reads, all from one snapshot.
    case read
    /// Reads and writes. The transaction begins by taking the write lock.
    case write
    /// Changes of the schema, by one program at a time, before there is a table to lock.
    case schema
}

/// What is done in a transaction.
public typealias SQLWork<Result> = @Sendable (any SQLSession) throws -> Result

/// A database that speaks SQL. Statements use `?` for their values.
public protocol SQLDatabase: Sendable {
    /// Where this is, without credentials.
    var location: String { get }
    /// Runs one transaction, which is undone when `body` throws. One that writes may be begun anew after a lost
    /// connection, also where its commit went through: doing it twice must change nothing.
    func transaction<Result: Sendable>(_ mode: TransactionMode, _ body: @escaping SQLWork<Result>)
        async throws(StoreError) -> Result
    /// Whether it is still the one that was opened: a file can be moved away, or another one put in its place.
    func requireOwn() throws(StoreError)
    /// What stands in the way of reading and writing its tables; nil where nothing does. Changes nothing.
    func missingRight() async -> StoreError?
    /// Closes the connections.
    func close() async
}

extension SQLDatabase {
    /// Asked with statements that touch no row, and that a database refuses to whoever may not touch any.
    public func missingRight() async -> StoreError? {
        do throws(StoreError) {
            try await write { session in
                for table in Schema.tables {
                    guard let column = table.columns.first?.name else { continue }
                    try session.execute("INSERT INTO \(table.name) SELECT * FROM \(table.name) WHERE 1 = 0")
                    try session.execute("UPDATE \(table.name) SET \(column) = \(column) WHERE 1 = 0")
                    try session.execute("DELETE FROM \(table.name) WHERE 1 = 0")
                }
            }
            return nil
        } catch {
            return error
        }
    }

    /// A server's database is the one that its connections are to.
    public func requireOwn() throws(StoreError) {}

    /// Reads, all from one snapshot.
    public func read<Result: Sendable>(_ body: @escaping SQLWork<Result>) async throws(StoreError) -> Result {
        try await transaction(.read, Self.cancellable(body))
    }

    /// Reads and writes in one transaction.
    public func write<Result: Sendable>(_ body: @escaping SQLWork<Result>) async throws(StoreError) -> Result {
        try await transaction(.write, Self.cancellable(body))
    }

    /// The work, undone once what it is part of is cancelled, if that has a `CancellationFlag`. A transaction runs where
    /// the task's own cancellation is not seen.
    private static func cancellable<Result>(_ body: @escaping SQLWork<Result>) -> SQLWork<Result> {
        guard let flag = CancellationFlag.current else { return body }
        return { try body(CancellableSession($0, flag)) }
    }
}

/// A connection inside a transaction.
public protocol SQLSession {
    /// How the database's SQL differs.
    var dialect: SQLDialect { get }
    /// Whether the work is cancelled: its next statement throws. What takes long between statements may end early.
    var isCancelled: Bool { get }
    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int
    /// Appends rows of `DelimitedText`, flags as 1 and 0, the way the database takes many of them fastest. Each piece
    /// is of whole rows, and is made while the database works on the one before.
    func load(_ table: String, _ columns: [String], _ pieces: some Sequence<[UInt8]>) throws
    /// Runs a query and hands each row on.
    func query(_ sql: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws
    /// Runs a query and hands each row's values on as texts where they lie, good for the call alone, until `row` says
    /// false. Binary floats are not to be asked for: their texts may be rounded.
    func scan(_ sql: String, _ values: [SQLValue], _ row: ([UnsafeRawBufferPointer?]) throws -> Bool) throws
    /// The number that the last INSERT generated for its row.
    func lastInsertedID() throws -> Int64
}

extension SQLSession {
    /// A database's own session sees its work through.
    public var isCancelled: Bool { false }

    /// The same by way of `query`.
    func scan(_ sql: String, _ values: [SQLValue], _ row: ([UnsafeRawBufferPointer?]) throws -> Bool) throws {
        var goesOn = true
        try query(sql, values) { found in
            guard goesOn else { return }
            goesOn = try withBytes(of: found.all.map { String(sql: $0) }, row)
        }
    }

    /// Runs a statement with the values behind it.
    @discardableResult
    func execute(_ sql: String, _ values: any SQLConvertible...) throws -> Int { try execute(sql, values.map(\.sql)) }

    /// Inserts rows; `clause` stands behind an INSERT's values, for an upsert. Many rows a statement: a server's answer
    /// takes longer than its work. In few sizes, so that statements can be kept prepared.
    func insert(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>, _ clause: String = "") throws {
        let marks = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
        var rest = Array(rows)[...]
        while !rest.isEmpty {
            let count = Self.sizes.first { $0 <= rest.count } ?? 1
            let lists = Array(repeating: marks, count: count).joined(separator: ", ")
            try execute(
                "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(lists) \(clause)",
                rest.prefix(count).flatMap(\.self))
            rest = rest.dropFirst(count)
        }
    }

    /// Inserts rows; one whose key is there gets these values in its other columns.
    func upsert(_ table: String, _ rows: [SQLFields]) throws {
        try upsert(table, rows.first?.columns ?? [], rows.map(\.values))
    }

    /// The same for rows without names.
    func upsert(_ table: String, _ columns: [String], _ rows: [[SQLValue]]) throws {
        guard !rows.isEmpty else { return }
        let key = try Schema.table(table).key
        try insert(table, columns, rows, dialect.upsert(key, columns.filter { !key.contains($0) }))
    }

    /// Appends rows that all have the same columns, the way the database takes many of them fastest.
    func append(to table: String, _ rows: [SQLFields]) throws {
        guard let columns = rows.first?.columns else { return }
        var text: [UInt8] = []
        for row in rows { DelimitedText.append(row.values.map { String(sql: $0) }, to: &text) }
        try load(table, columns, [text])
    }

    /// How many rows or values a statement has.
    private static var sizes: [Int] { [256, 64, 16, 4, 1] }

    /// Deletes rows by their keys.
    func delete(from table: String, _ key: [String], _ rows: some Collection<[SQLValue]>) throws {
        for row in rows {
            try execute("DELETE FROM \(table) WHERE " + key.map { "\($0) = ?" }.joined(separator: " AND "), row)
        }
    }

    /// Runs a statement for all of `items`, some hundreds at a time: `sql` has `*marks*` where their question marks go,
    /// behind those of the values before them.
    func execute(
        _ sql: String, _ values: any SQLConvertible..., matching items: some Collection<some SQLConvertible>
    ) throws {
        for (sql, matched) in Self.pieces(sql, items) { try execute(sql, values.map(\.sql) + matched) }
    }

    /// The statement for pieces of the items, in few sizes: the last item stands in a piece as often as is needed to
    /// fill it.
    private static func pieces(_ sql: String, _ items: some Collection<some SQLConvertible>) -> [(String, [SQLValue])] {
        var pieces: [(String, [SQLValue])] = []
        var rest = items.map(\.sql)[...]
        while let last = rest.last {
            let size = sizes.last { $0 >= rest.count } ?? sizes[0]
            let marks = Array(repeating: "?", count: size).joined(separator: ", ")
            let fill = Array(repeating: last, count: max(0, size - rest.count))
            pieces.append((sql.replacing("*marks*", with: marks), rest.prefix(size) + fill))
            rest = rest.dropFirst(size)
        }
        return pieces
    }

    /// All rows of a query.
    func rows(_ sql: String, _ values: any SQLConvertible...) throws -> [SQLRow] {
        var found: [SQLRow] = []
        try query(sql, values.map(\.sql)) { found.append($0) }
        return found
    }

    /// The first row of a query, or nil.
    func first(_ sql: String, _ values: any SQLConvertible...) throws -> SQLRow? {
        var found: SQLRow?
        try query(sql, values.map(\.sql)) { found = found ?? $0 }
        return found
    }

    /// How many rows a table has; a condition may stand behind its name.
    func count(_ table: String, _ values: any SQLConvertible...) throws -> Int {
        var count = 0
        try query("SELECT COUNT(*) AS count FROM \(table)", values.map(\.sql)) { count = try $0["count"] }
        return count
    }

    /// The rows of a query for each of `items`, some hundreds a statement: `sql` has `IN (*marks*)` where their
    /// question marks go.
    func rows(_ sql: String, matching items: some Collection<some SQLConvertible>) throws -> [SQLRow] {
        // Days that follow each other are read as a range: for hundreds of single ones a server without statistics
        // reads the whole table.
        let stretches = DateWindow.stretches(of: items as? Set<CalendarDate> ?? [])
        if !stretches.isEmpty, stretches.count * 4 <= items.count {
            let sql = sql.replacing("IN (*marks*)", with: "BETWEEN ? AND ?")
            return try stretches.flatMap { try rows(sql, $0.from, $0.to) }
        }
        var found: [SQLRow] = []
        for (sql, values) in Self.pieces(sql, items) { try query(sql, values) { found.append($0) } }
        return found
    }
}
