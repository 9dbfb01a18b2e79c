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

    /// An upsert of one row.
    func upsert(_ table: String, key: [String], columns: [String]) -> String {
        let marks = (key + columns).map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(table) (\((key + columns).joined(separator: ", "))) VALUES (\(marks)) \(database.dialect.upsert(key, columns))"
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
