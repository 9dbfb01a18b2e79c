/// How one database's SQL differs from another's; the rest of the statements is common to all.
public struct SQLDialect: Sendable {
    /// The databases.
    enum Name: String, Sendable {
        case sqlite, postgres, mysql
    }

    /// Which one.
    let name: Name
    /// What makes an INSERT an upsert: the clause behind it that sets `columns` on the row with the same `key`.
    let upsert: @Sendable (_ key: [String], _ columns: [String]) -> String
    /// After rows with numbers of their own: what makes a counting column go on behind the greatest; nil where it does so by itself.
    let restartCounting: @Sendable (_ table: String, _ column: String) -> String?
    /// Lists the tables of our schema, as `name`.
    let tablesQuery: String
    /// Asks for the database's name and version, as `version`.
    let versionQuery: String
    /// What stands behind CREATE TABLE.
    var tableSuffix = ""
    /// Whether a change of the schema ends the transaction.
    var commitsSchemaChanges = false
    /// Whether many rows are written faster in the key's order.
    var wantsKeyOrder = false

    /// SQLite 3.35 and later.
    static let sqlite = SQLDialect(
        name: .sqlite, upsert: onConflict, restartCounting: { _, _ in nil }, tablesQuery: "SELECT name FROM sqlite_master WHERE type = 'table'",
        versionQuery: "SELECT 'SQLite ' || sqlite_version() AS version")

    /// PostgreSQL 13 and later.
    static let postgres = SQLDialect(
        name: .postgres, upsert: onConflict,
        restartCounting: { table, column in
            "SELECT setval(pg_get_serial_sequence('\(table)', '\(column)'), GREATEST((SELECT COALESCE(MAX(\(column)), 0) FROM \(table)), 1))"
        }, tablesQuery: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
        versionQuery: "SELECT version() AS version")

    /// MySQL 8 and MariaDB 10.5, and later.
    static let mysql = SQLDialect(
        name: .mysql, upsert: { _, columns in "ON DUPLICATE KEY UPDATE " + columns.map { "\($0) = VALUES(\($0))" }.joined(separator: ", ") },
        restartCounting: { _, _ in nil }, tablesQuery: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()",
        versionQuery: "SELECT CONCAT(@@version_comment, ' ', version()) AS version",
        tableSuffix: " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", commitsSchemaChanges: true,
        // InnoDB keeps the rows themselves in the key's tree.
        wantsKeyOrder: true)

    /// The upsert clause that SQLite and PostgreSQL share.
    @Sendable private static func onConflict(_ key: [String], _ columns: [String]) -> String {
        "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET " + columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }
}
