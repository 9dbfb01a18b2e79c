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

/// A database that speaks SQL. Statements use `?` for their values.
public protocol SQLDatabase: Sendable {
    /// Where this is, without credentials.
    var location: String { get }
    /// How its SQL differs.
    var dialect: SQLDialect { get }
    /// The schema's steps: those applied, and those to come.
    func migrations() async throws(StoreError) -> (applied: [String], pending: [String])
    /// Applies the steps to come.
    func migrate() async throws(StoreError)
    /// Reads, all from one snapshot.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws(StoreError) -> Result
    /// Reads and writes in one transaction that begins by taking the write lock, and is undone when `body` throws.
    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws(StoreError) -> Result
    /// The same for changes that may turn out not to be possible: where `ahead` gives nil or finds a key taken, or `body` gives nil, all is undone
    /// and the answer is nil. `ahead` goes before the write lock is waited for, beside another's transaction: it may read, and write rows that
    /// nobody else is likely to write; `body` makes sure, under the lock, that nobody did.
    func attempt<Ahead, Result: Sendable>(
        ahead: @escaping @Sendable (any SQLSession) throws -> Ahead?, _ body: @escaping @Sendable (any SQLSession, Ahead) throws -> Result?
    ) async throws(StoreError) -> Result?
    /// Closes the connections.
    func close() async
}

/// A connection inside a transaction.
public protocol SQLSession {
    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int
    /// Inserts rows; `clause` stands behind each INSERT's values, for an upsert.
    func insert(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>, _ clause: String) throws
    /// Appends rows to a table, as the database does that fastest.
    func load(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>) throws
    /// Appends rows that are in the database's own form.
    func load(_ table: String, _ rows: BulkRows) throws
    /// Runs a query and hands each row on.
    func query(_ sql: String, _ values: [SQLValue], _ row: ([SQLValue]) throws -> Void) throws
    /// The number that the last INSERT generated for its row.
    func lastInsertedID() throws -> Int64
}

extension SQLSession {
    @discardableResult
    func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// Many rows a statement: a server's answer takes longer than its work.
    func insert(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>, _ clause: String) throws {
        let marks = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
        var values: [SQLValue] = []
        var count = 0
        func send() throws {
            guard count > 0 else { return }
            let rows = Array(repeating: marks, count: count).joined(separator: ", ")
            try execute("INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(rows) \(clause)", values)
            values.removeAll(keepingCapacity: true)
            count = 0
        }
        for row in rows {
            values += row
            count += 1
            if count == 400 { try send() }
        }
        try send()
    }

    /// The first row of a query, or nil.
    func first(_ sql: String, _ values: [SQLValue] = []) throws -> [SQLValue]? {
        var found: [SQLValue]?
        try query(sql, values) { found = found ?? $0 }
        return found
    }

    /// The single integer that a query gives.
    func count(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try first(sql, values)?.first?.int ?? 0
    }
}
