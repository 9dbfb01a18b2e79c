/// How one database's SQL differs from another's; the rest of the statements is common to all.
public struct SQLDialect: Sendable {
    /// An integer primary key that the database counts up.
    public var autoIncrement: String
    /// An instant, to the millisecond.
    public var timestamp: String
    /// Text of any length.
    public var longText: String
    /// Text that is compared byte by byte: the keys sort the same in every store.
    public var keyText: @Sendable (_ length: Int) -> String
    /// What makes an INSERT an upsert: the clause behind it that sets `columns` on the row with the same `key`.
    public var upsert: @Sendable (_ key: [String], _ columns: [String]) -> String
    /// `CREATE INDEX` options: none, or what the database wants.
    public var tableSuffix: String

    /// SQLite 3.24 and later.
    public static let sqlite = SQLDialect(
        autoIncrement: "INTEGER PRIMARY KEY AUTOINCREMENT", timestamp: "TIMESTAMP", longText: "TEXT",
        keyText: { "VARCHAR(\($0))" }, upsert: onConflict, tableSuffix: "")

    /// The upsert clause that SQLite and PostgreSQL share.
    @Sendable static func onConflict(_ key: [String], _ columns: [String]) -> String {
        "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET "
            + columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }
}
