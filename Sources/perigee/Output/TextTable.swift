import Foundation
import NearEarth

/// A table for people. Where it is wider than the screen, its columns yield one after the other, in the order that they
/// state; a line below says which are left out.
struct TextTable {
    /// Where a column's values stand.
    enum Alignment {
        case left, right
    }

    /// What a column does where the table is too wide.
    enum Yield {
        /// It is left out; the lowest number goes first.
        case drop(Int)
        /// Its values are cut to so many characters, as far as needed; in the same order. Where the others have yielded
        /// and the table is still too wide, to `shortest`.
        case shorten(Int, to: Int)

        fileprivate var order: Int {
            switch self {
            case .drop(let order), .shorten(let order, _): order
            }
        }
    }

    /// A column.
    struct Column {
        var title: String
        var alignment: Alignment
        var yields: Yield?
        /// The tone of a value.
        var tone: @Sendable (String) -> Screen.Tone

        init(
            _ title: String, _ alignment: Alignment = .left, yields: Yield? = nil,
            tone: @escaping @Sendable (String) -> Screen.Tone = { _ in .plain }
        ) {
            (self.title, self.alignment, self.yields, self.tone) = (title, alignment, yields, tone)
        }
    }

    let columns: [Column]
    /// Each has a value for each column, without what a terminal would not show.
    private let rows: [[String]]

    init(_ columns: [Column], _ rows: [[String]]) {
        (self.columns, self.rows) = (columns, rows.map { $0.map(PlainText.visible) })
    }

    /// What is left of a value at least.
    private static let shortest = 6
    /// Two spaces between columns.
    private static let gap = 2

    /// The table's lines; `tellsDropped` has one more say what is left out.
    func text(_ screen: Screen, tellsDropped: Bool = true) -> String {
        let (widths, dropped) = layout(screen.width)
        let shown = columns.indices.filter { widths[$0] != nil }
        func line(_ values: [String], _ tone: (Int, String) -> Screen.Tone) -> String {
            var text = ""
            for (place, column) in shown.enumerated() {
                let width = widths[column] ?? 0
                let value = Self.cut(values[column], to: width)
                let padding = String(repeating: " ", count: width - value.count)
                let styled = screen.text(value, tone(column, values[column]))
                if place > 0 { text += String(repeating: " ", count: Self.gap) }
                if columns[column].alignment == .right {
                    text += padding + styled
                } else {
                    // Nothing stands behind the last value of a line.
                    text += styled + (shown[(place + 1)...].allSatisfy { values[$0].isEmpty } ? "" : padding)
                }
            }
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        let head = line(columns.map(\.title)) { _, _ in .heading }
        let rule = line(columns.indices.map { String(repeating: "-", count: widths[$0] ?? 0) }) { _, _ in .faint }
        var lines = [head, rule] + rows.map { row in line(row) { columns[$0].tone($1) } }
        if !dropped.isEmpty, tellsDropped {
            let left = screen.wrapped("Left out here: \(dropped.joined(separator: ", ")). --wide shows all.", indent: 0)
            lines.append(screen.text(left, .faint))
        }
        return lines.joined(separator: "\n")
    }

    /// Each column's width, nil where it is left out, and the titles of those that are.
    private func layout(_ bound: Int?) -> (widths: [Int?], dropped: [String]) {
        var widths: [Int?] = columns.indices.map { column in
            rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
        }
        func total() -> Int {
            let shown = widths.compactMap(\.self)
            return shown.reduce(0, +) + Self.gap * max(0, shown.count - 1)
        }
        var dropped: [String] = []
        let yielding = columns.indices.sorted {
            columns[$0].yields?.order ?? .max < columns[$1].yields?.order ?? .max
        }
        for column in yielding {
            guard let bound, total() > bound, let yields = columns[column].yields, let width = widths[column] else {
                break
            }
            switch yields {
            case .drop:
                widths[column] = nil
                dropped.append(columns[column].title)
            case .shorten(_, let least):
                widths[column] = max(width - (total() - bound), min(width, max(least, columns[column].title.count)))
            }
        }
        for column in yielding {
            guard let bound, case .shorten = columns[column].yields, let width = widths[column] else { continue }
            widths[column] = max(width - max(0, total() - bound), min(width, Self.shortest))
        }
        return (widths, dropped)
    }

    private static func cut(_ value: String, to width: Int) -> String {
        value.count <= width ? value : value.prefix(max(0, width - 1)) + "…"
    }
}

extension Date {
    /// For tables: `2020-02-03 04:05:06`, UTC.
    var toTheSecond: String { String(Timestamp.text(self).prefix(19)) }
    /// For tables: `2020-02-03 04:05`, UTC.
    var toTheMinute: String { String(Timestamp.text(self).prefix(16)) }
}
