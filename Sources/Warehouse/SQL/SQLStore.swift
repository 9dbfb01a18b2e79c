public import Foundation
import NearEarth

/// The store's meaning, once for every database that speaks SQL.
public struct SQLStore: Store {
    let database: any SQLDatabase
    /// The clock; tests set their own.
    let now: @Sendable () -> Date

    /// A store in a database whose schema is up to date.
    public init(database: any SQLDatabase, now: @escaping @Sendable () -> Date = { Date() }) {
        self.database = database
        self.now = now
    }

    /// Where this is, without credentials.
    public var location: String { database.location }

    /// Closes the connections.
    public func close() async {
        await database.close()
    }

    /// Inserts rows; one whose key is there gets these values in the columns of `updating`, all but the key's unless told otherwise.
    func upsert(
        _ table: String, key: [String], columns: [String], updating: [String]? = nil, _ rows: some Sequence<[SQLValue]>, _ session: any SQLSession
    ) throws {
        try session.insert(table, columns, rows, database.dialect.upsert(key, updating ?? columns.filter { !key.contains($0) }))
    }

    /// `column IN (?, ...)` for batches, and the values.
    static func isOneOf(_ batches: [Batch], _ column: String = "batch") -> (sql: String, values: [SQLValue]) {
        ("\(column) IN (\(batches.map { _ in "?" }.joined(separator: ", ")))", batches.map { .text($0.name) })
    }

    /// `alias.column` for each column, separated by commas.
    static func list(_ columns: [String], of alias: String) -> String {
        columns.map { "\(alias).\($0)" }.joined(separator: ", ")
    }

    /// The condition that two aliases mean the same approach.
    static func sameKey(_ left: String, _ right: String) -> String {
        Schema.key.map { "\(left).\($0) = \(right).\($0)" }.joined(separator: " AND ")
    }
}
