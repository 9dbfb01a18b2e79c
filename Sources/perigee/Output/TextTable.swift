import Foundation
import NearEarth

/// A table for people: columns as wide as their widest value, numbers to the right.
enum TextTable {
    /// Where a column's values stand.
    enum Alignment {
        case left, right
    }

    /// The table's lines, two spaces between columns. Each row has a value for each column.
    static func text(_ columns: [(title: String, alignment: Alignment)], _ rows: [[String]]) -> String {
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

extension Date {
    /// For tables: `2020-02-03 04:05:06`, UTC.
    var toTheSecond: String { String(Timestamp.text(self).prefix(19)) }
}
