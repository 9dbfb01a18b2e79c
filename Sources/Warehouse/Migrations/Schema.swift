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

    /// The tables of a script, word by word: a definition begins behind a comma that ends a word, and the key comes
    /// last.
    private static func read(_ script: String) -> [Table] {
        Migrations.statements(of: script).filter { $0.hasPrefix("CREATE TABLE ") }.map { statement in
            let end = statement.utf8.lastIndex(of: UInt8(ascii: ")")) ?? statement.startIndex
            let words = statement.utf8[...end].split { $0 <= UInt8(ascii: " ") }.map { String(Substring($0)) }
            var (columns, key): ([Table.Column], [String]) = ([], [])
            for (index, word) in words.enumerated().dropFirst(4) where index == 4 || words[index - 1].hasSuffix(",") {
                guard word == "PRIMARY" else {
                    let isCounted = words[index + 1] == "INTEGER" && words[index + 2] == "PRIMARY"
                    columns.append(
                        Table.Column(
                            name: word,
                            type: isCounted
                                ? .identity : types[String(words[index + 1].prefix(while: \.isLetter))] ?? .text))
                    continue
                }
                key = words[(index + 2)...].map { $0.filter { $0.isLetter || $0 == "_" } }.filter { !$0.isEmpty }
                break
            }
            return Table(name: words[2], columns: columns, key: key)
        }
    }

    /// What a column of a type holds; of any other type, text.
    private static let types: [String: ColumnType] = [
        "INTEGER": .integer, "BIGINT": .integer, "DECIMAL": .decimal, "BOOLEAN": .bool, "DATE": .day,
        "TIMESTAMP": .instant,
    ]
}
