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
            missingRight: pending.isEmpty ? await database.missingRight() : nil)
    }
}
