import NearEarth

/// The tables, as `Migrations/*-schema.sql` makes them: the one place that lists their columns.
enum Schema {
    /// Every table, in the order in which they are made.
    static let tables = read(String(decoding: PackageResources.sqlite_schema_sql, as: UTF8.self))

    /// A table by its name.
    static func table(_ name: String) throws(StoreError) -> Table {
        guard let table = tables.first(where: { $0.name == name }) else { throw .unreadable("the table \(name)") }
        return table
    }

    /// The key of an approach: SPK-ID, orbiting body, approach date.
    static let key = ["id", "orbiting_body", "observation_date"]

    /// What the store adds to the facts of a row of `nasa_neo_data`.
    static let bookkeeping = ["source", "created_at", "batch_date", "first_seen", "seen_at", "observation_id", "feed_observation_id"]

    /// The same for a row of `nasa_neo_history`.
    static let historyBookkeeping = [
        "source", "created_at", "batch_date", "first_seen", "observation_id", "feed_observation_id", "change_kind", "last_seen", "superseded_at",
        "superseded_by",
    ]

    /// Those of both that are instants.
    static let instants: Set<String> = ["created_at", "first_seen", "seen_at", "last_seen", "superseded_at"]

    // MARK: Reading the DDL

    /// The tables of a script whose columns stand between `CREATE TABLE name (` and the last parenthesis of the statement.
    private static func read(_ script: String) -> [Table] {
        Migrations.statements(of: script).compactMap { statement in
            let words = statement.split(separator: " ", maxSplits: 3)
            guard words.count == 4, words[0] == "CREATE", words[1] == "TABLE" else { return nil }
            var table = Table(name: String(words[2]), columns: [])
            var columns: [Column] = []
            for item in items(words[3]) {
                let words = item.split(separator: " ", maxSplits: 1)
                guard words.count == 2 else { continue }
                if words[0] == "PRIMARY" {
                    table.key = words[1].drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split { ", ".contains($0) }.map(String.init)
                } else {
                    columns.append(Column(String(words[0]), type(words[1])))
                }
            }
            return Table(name: table.name, columns: columns, key: table.key)
        }
    }

    /// What stands between the commas of the outermost parentheses, each without the white space around it.
    private static func items(_ text: Substring) -> [Substring] {
        var items: [Substring] = []
        var depth = 0
        var start = text.startIndex
        let bytes = text.utf8
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "("):
                depth += 1
                if depth == 1 { start = bytes.index(after: index) }
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { items.append(text[start..<index]) }
            case UInt8(ascii: ",") where depth == 1:
                items.append(text[start..<index])
                start = bytes.index(after: index)
            default: break
            }
        }
        return items.map { $0.drop { $0 == " " || $0 == "\n" } }
    }

    private static func type(_ definition: Substring) -> ColumnType {
        switch definition.utf8.prefix(while: { $0 != 0x20 && $0 != 0x28 }).count {
        case 7 where definition.hasPrefix("INTEGER"): definition.hasPrefix("INTEGER PRIMARY") ? .identity : .int
        case 7 where definition.hasPrefix("DECIMAL"): .decimal
        case 7 where definition.hasPrefix("BOOLEAN"): .bool
        case 6 where definition.hasPrefix("BIGINT"): .long
        case 4 where definition.hasPrefix("DATE"): .day
        case 9 where definition.hasPrefix("TIMESTAMP"): .instant
        default: .text
        }
    }
}
