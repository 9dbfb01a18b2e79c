/// A table of the schema: what its DDL is made from, and what tells an archive how to read its values.
struct Table: Sendable {
    let name: String
    let columns: [Column]
    /// Columns of the primary key; empty where there is none or the database counts.
    var key: [String] = []
    /// Further indexes: the name's ending, and the columns.
    var indexes: [(suffix: String, columns: [String])] = []

    /// The column that the database counts up, or nil.
    var identity: String? { columns.first { $0.type == .identity }?.name }

    /// The statements that make it.
    func statements(_ dialect: SQLDialect) -> [String] {
        ["CREATE TABLE \(name) (\n\(lines(dialect))\n)\(dialect.tableSuffix)"]
            + indexes.map { "CREATE INDEX \(name)_\($0.suffix) ON \(name) (\($0.columns.joined(separator: ", ")))" }
    }

    /// Its columns and its key, as they stand in CREATE TABLE.
    func lines(_ dialect: SQLDialect) -> String {
        let key = key.isEmpty ? [] : ["PRIMARY KEY (\(key.joined(separator: ", ")))"]
        return (columns.map { "\($0.name) \($0.definition(dialect))" } + key).joined(separator: ",\n")
    }
}

/// A column of a table.
public struct Column: Sendable {
    /// Its name.
    public let name: String
    /// What it holds.
    public let type: ColumnType
    var isOptional = false

    init(_ name: String, _ type: ColumnType, optional isOptional: Bool = false) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
    }

    func definition(_ dialect: SQLDialect) -> String {
        type == .identity ? dialect.autoIncrement : type.text(dialect) + (isOptional ? "" : " NOT NULL")
    }
}

/// What a column holds.
public enum ColumnType: Sendable, Hashable {
    /// A number that the database counts up: the primary key.
    case identity
    /// Text that is compared byte by byte, so that keys sort the same in every store.
    case key(Int)
    /// Text of at most so many characters.
    case text(Int)
    /// Text of any length.
    case longText
    /// A SHA-256 in hexadecimal.
    case sha256
    /// Digits in all, and behind the point.
    case decimal(Int, Int)
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

    func text(_ dialect: SQLDialect) -> String {
        switch self {
        case .identity: dialect.autoIncrement
        case .key(let length): dialect.keyText(length)
        case .text(let length): "VARCHAR(\(length))"
        case .longText: dialect.longText
        case .sha256: "CHAR(64)"
        case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
        case .bool: "BOOLEAN"
        case .day: "DATE"
        case .instant: dialect.timestamp
        case .int: "INTEGER"
        case .long: "BIGINT"
        }
    }
}
