/// How one database's SQL differs from another's; the rest of the statements is common to all.
public enum SQLDialect: Sendable {
    /// SQLite 3.35 and later.
    case sqlite
    /// PostgreSQL 13 and later.
    case postgres
    /// MySQL 8 and MariaDB 10.5, and later.
    case mysql

    /// What makes an INSERT an upsert: the clause behind it that sets `columns` on the row with the same `key`.
    func upsert(_ key: [String], _ columns: [String]) -> String {
        switch self {
        case .sqlite, .postgres:
            "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET "
                + columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        case .mysql: "ON DUPLICATE KEY UPDATE " + columns.map { "\($0) = VALUES(\($0))" }.joined(separator: ", ")
        }
    }

    /// After rows with numbers of their own: what makes a counting column go on behind the greatest; nil where it does
    /// so by itself.
    func restartCounting(_ table: String, _ column: String) -> String? {
        guard self == .postgres else { return nil }
        return
            "SELECT setval(pg_get_serial_sequence('\(table)', '\(column)'), GREATEST((SELECT COALESCE(MAX(\(column)), 0) FROM \(table)), 1))"
    }

    /// Lists the tables of our schema, as `name`.
    var tablesQuery: String {
        switch self {
        case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'"
        case .postgres: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        case .mysql: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()"
        }
    }

    /// Asks for the database's name and version, as `version`.
    var versionQuery: String {
        switch self {
        case .sqlite: "SELECT 'SQLite ' || sqlite_version() AS version"
        case .postgres: "SELECT version() AS version"
        case .mysql: "SELECT CONCAT(@@version_comment, ' ', version()) AS version"
        }
    }

    /// A text by its bytes, whatever the database's own language has for an order. MySQL's tables have it so.
    func byBytes(_ column: String) -> String { self == .postgres ? "\(column) COLLATE \"C\"" : column }

    /// The function that gives the greatest of its values.
    var greatest: String { self == .sqlite ? "MAX" : "GREATEST" }

    /// An instant's text with all three decimals, `2020-02-03 04:05:06.780`.
    func instantText(_ column: String) -> String {
        self == .postgres ? "to_char(\(column), 'YYYY-MM-DD HH24:MI:SS.MS')" : column
    }

    /// What stands behind CREATE TABLE.
    var tableSuffix: String { self == .mysql ? " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "" }
    /// Whether a change of the schema ends the transaction.
    var commitsSchemaChanges: Bool { self == .mysql }
}
