import Foundation
import NearEarth

/// A table as the program knows it: what a copy and a bulk load read its values as. Its DDL is in `Migrations`.
struct Table: Sendable {
    /// A column: its name and what it holds.
    struct Column: Sendable {
        let name: String
        let type: ColumnType

        /// A value as a text that means the same in every store.
        func text(_ value: SQLValue) -> String? {
            switch type {
            case .bool: Bool(sql: value).map { $0 ? "1" : "0" }
            case .instant: Date(sql: value).map(Timestamp.text)
            case .day: CalendarDate(sql: value)?.description
            default: String(sql: value)
            }
        }

        /// The value of such a text.
        func value(_ text: String?) -> SQLValue {
            guard let text else { return .null }
            return switch type {
            case .decimal: .decimal(text)
            case .bool: .bool(text == "1")
            case .day: .day(text)
            case .instant: .instant(text)
            case .integer, .identity: Int64(text).sql
            case .text: .text(text)
            }
        }
    }

    let name: String
    let columns: [Column]
    /// Columns of the primary key; empty where the database counts.
    let key: [String]

    /// The column that the database counts up, or nil.
    var identity: String? { columns.first { $0.type == .identity }?.name }
    /// The columns' names.
    var names: [String] { columns.map(\.name) }

    /// What a column holds.
    func type(of column: String) -> ColumnType { columns.first { $0.name == column }?.type ?? .text }
}

/// What a column holds.
enum ColumnType: Sendable {
    case text, decimal, bool, day
    /// An instant, UTC, to the millisecond.
    case instant
    /// A whole number.
    case integer
    /// A number that the database counts up: the primary key.
    case identity
}
