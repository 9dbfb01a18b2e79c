/// What can be said of a store without changing it.
public struct StoreHealth: Sendable {
    /// The database's own version: `SQLite 3.40.1`, `PostgreSQL 15.14 ...`
    public var version: String
    /// The schema's steps that are applied.
    public var applied: [String]
    /// Those to come.
    public var pending: [String]
    /// Steps that were applied and that this version has not heard of.
    public var unknown: [String]
    /// What stands in the way of reading and writing; nil where nothing does.
    public var missingRight: StoreError?

    /// Examines a database.
    public static func examine(_ database: any SQLDatabase) async throws(StoreError) -> StoreHealth {
        let (applied, pending) = try await database.migrations()
        let known = Set(Migrations.steps)
        let version = try await database.read {
            try $0.first($0.dialect.versionQuery)?["version"] as String? ?? "of unknown version"
        }
        return StoreHealth(
            version: version, applied: applied.filter(known.contains), pending: pending,
            unknown: applied.filter { !known.contains($0) },
            missingRight: pending.isEmpty ? await missingRight(database) : nil)
    }

    /// Statements that touch no row, and that a database refuses to whoever may not touch any.
    private static func missingRight(_ database: any SQLDatabase) async -> StoreError? {
        do throws(StoreError) {
            try await database.write { session in
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
}
