/// A table for people: columns as wide as their widest value, numbers to the right.
struct TextTable {
    /// Where a column's values stand.
    enum Alignment {
        case left, right
    }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    /// An empty table.
    init(_ columns: [(String, Alignment)]) {
        self.columns = columns.map { (title: $0.0, alignment: $0.1) }
    }

    /// Adds a row; it must have a value for each column.
    mutating func add(_ values: [String]) {
        rows.append(values)
    }

    /// The table's lines, two spaces between columns.
    var text: String {
        let widths = columns.indices.map { column in
            ([columns[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ values: [String]) -> String {
            var text = ""
            for (column, value) in values.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - value.count)
                text +=
                    (column == 0 ? "" : "  ") + (columns[column].alignment == .left ? value + padding : padding + value)
            }
            while text.last == " " { text.removeLast() }
            return text
        }
        return ([line(columns.map(\.title)), line(widths.map { String(repeating: "-", count: $0) })] + rows.map(line))
            .joined(separator: "\n")
    }
}
