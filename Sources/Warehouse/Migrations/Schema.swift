/// The tables, as `Migrations/*-schema.sql` makes them: the one place that lists their columns.
enum Schema {
    /// Every table, in the order in which they are made.
    static let tables = read(String(decoding: PackageResources.sqlite_schema_sql, as: UTF8.self))

    /// A table by its name.
    static func table(_ name: String) throws(StoreError) -> Table {
        guard let table = tables.first(where: { $0.name == name }) else { throw .unreadable("the table \(name)") }
        return table
    }

    // MARK: Reading the DDL

    /// The tables of a script. A column is a name and a type; commas in front of white space stand between them; the key comes last.
    private static func read(_ script: String) -> [Table] {
        Migrations.statements(of: script).filter { $0.hasPrefix("CREATE TABLE ") }.map { statement in
            let text = statement.dropFirst("CREATE TABLE ".count).replacing("\n", with: " ")
            let parts = text.drop { $0 != "(" }.dropFirst().split(separator: "PRIMARY KEY (")
            let columns: [Table.Column] = parts[0].split(separator: ", ").compactMap { definition in
                let words = definition.split(separator: " ")
                guard words.count > 1 else { return nil }
                return Table.Column(name: String(words[0]), type: type(words[1].prefix(while: \.isLetter), isCounted: words.contains("AUTOINCREMENT")))
            }
            let key = parts.dropFirst().first?.prefix { $0 != ")" }.split(separator: ", ").map(String.init) ?? []
            return Table(name: String(text.prefix { $0 != " " }), columns: columns, key: key)
        }
    }

    private static func type(_ name: Substring, isCounted: Bool) -> ColumnType {
        switch name {
        case "INTEGER", "BIGINT": isCounted ? .identity : .integer
        case "DECIMAL": .decimal
        case "BOOLEAN": .bool
        case "DATE": .day
        case "TIMESTAMP": .instant
        default: .text
        }
    }
}
