/// A table as the program knows it: what an archive and a bulk load read its values as. Its DDL is in `Migrations`.
struct Table: Sendable {
    let name: String
    let columns: [Column]
    /// Columns of the primary key; empty where the database counts.
    var key: [String] = []

    /// The column that the database counts up, or nil.
    var identity: String? { columns.first { $0.type == .identity }?.name }
    /// The columns' names.
    var names: [String] { columns.map(\.name) }
}

/// A column of a table.
public struct Column: Sendable {
    /// Its name.
    public let name: String
    /// What it holds.
    public let type: ColumnType

    init(_ name: String, _ type: ColumnType) {
        self.name = name
        self.type = type
    }
}

/// What a column holds.
public enum ColumnType: Sendable, Hashable {
    /// A number that the database counts up: the primary key.
    case identity
    /// Text.
    case text
    /// A decimal number.
    case decimal
    /// True or false.
    case bool
    /// A day of the calendar.
    case day
    /// An instant, UTC, to the millisecond.
    case instant
    /// A whole number, 32 bits.
    case int
    /// A whole number, 64 bits.
    case long
}
