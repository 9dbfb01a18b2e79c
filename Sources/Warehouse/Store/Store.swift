public import Foundation
import NearEarth

/// A database that Perigee publishes into: the data, its history, the quarantine and the ledger, all in one, so that a
/// publication and its checkpoint are one transaction. The same for every database that speaks SQL.
public struct Store: Sendable {
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
}
