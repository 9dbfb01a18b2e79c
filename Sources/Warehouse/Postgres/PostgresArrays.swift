import CPostgres

/// Rows as PostgreSQL's arrays, one a column: `SELECT * FROM unnest($1, $2, ...)` gives them back.
struct PostgresArrays {
    /// How many rows there are.
    private(set) var count = 0
    /// A SELECT of the rows.
    private(set) var query = ""
    /// The arrays' text forms, and their types.
    private(set) var texts: [String?] = []
    private(set) var types: [Oid] = []

    init(_ columns: [String], _ rows: some Sequence<[SQLValue]>) {
        var literals = [[UInt8]](repeating: [UInt8(ascii: "{")], count: columns.count)
        var found = [Oid?](repeating: nil, count: columns.count)
        for row in rows {
            for (index, value) in row.enumerated() {
                if count > 0 { literals[index].append(UInt8(ascii: ",")) }
                found[index] = found[index] ?? PostgresConnection.type(value)?.array
                Self.append(value, to: &literals[index])
            }
            count += 1
        }
        var names: [String] = []
        for (index, column) in columns.enumerated() {
            // A column without any value takes the type of what it is inserted into.
            guard let type = found[index] else { continue }
            literals[index].append(UInt8(ascii: "}"))
            texts.append(String(decoding: literals[index], as: UTF8.self))
            types.append(type)
            names.append(column)
        }
        let list = columns.enumerated().map { found[$0.offset] == nil ? "NULL" : "a.\($0.element)" }.joined(separator: ", ")
        let marks = names.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        // WHERE keeps an ON CONFLICT behind it from being read as a join's ON.
        query = "SELECT \(list) FROM unnest(\(marks)) AS a(\(names.joined(separator: ", "))) WHERE true"
    }

    /// An element, quoted where it might be taken for something else.
    private static func append(_ value: SQLValue, to literal: inout [UInt8]) {
        guard let text = PostgresConnection.text(value) else {
            literal += "NULL".utf8
            return
        }
        literal.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { literal.append(UInt8(ascii: "\\")) }
            literal.append(byte)
        }
        literal.append(UInt8(ascii: "\""))
    }
}
