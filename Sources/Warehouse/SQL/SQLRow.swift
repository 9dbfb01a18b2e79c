import Foundation
import NearEarth

/// The names of a query's columns, shared by its rows.
final class SQLColumns: Sendable {
    let names: [String]
    private let positions: [String: Int]

    init(_ names: [String]) {
        self.names = names
        positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func position(_ name: String) throws(StoreError) -> Int {
        guard let position = positions[name] else { throw .unreadable("no column \(name) in an answer") }
        return position
    }
}

/// A row of a query, read by the names of its columns. A value that is missing where there has to be one, or of another form than it
/// has to be, is an error.
public struct SQLRow: Sendable {
    let columns: SQLColumns
    let values: [SQLValue]

    /// Every value, in the query's order.
    public var all: [SQLValue] { values }

    func value(_ name: String) throws(StoreError) -> SQLValue { values[try columns.position(name)] }

    private func required<Value>(_ name: String, _ value: Value?) throws(StoreError) -> Value {
        guard let value else { throw .unreadable("nothing in \(name), where there has to be a value") }
        return value
    }

    /// A value by one of the conversions below; nil for NULL.
    private func optional<Value>(_ name: String, _ convert: (SQLValue) -> Value?) throws(StoreError) -> Value? {
        let value = try value(name)
        if case .null = value { return nil }
        guard let converted = convert(value) else { throw .unreadable("\(value.string ?? "") in \(name)") }
        return converted
    }

    func optionalText(_ name: String) throws(StoreError) -> String? { try optional(name, \.string) }
    func optionalInt64(_ name: String) throws(StoreError) -> Int64? { try optional(name, \.int64) }
    func optionalInt(_ name: String) throws(StoreError) -> Int? { try optional(name, \.int64).map(Int.init) }
    func optionalBool(_ name: String) throws(StoreError) -> Bool? { try optional(name, \.boolean) }
    func optionalDay(_ name: String) throws(StoreError) -> CalendarDate? { try optional(name, \.calendarDate) }
    func optionalInstant(_ name: String) throws(StoreError) -> Date? { try optional(name, \.instant) }

    func text(_ name: String) throws(StoreError) -> String { try required(name, try optionalText(name)) }
    func int64(_ name: String) throws(StoreError) -> Int64 { try required(name, try optionalInt64(name)) }
    func int(_ name: String) throws(StoreError) -> Int { try required(name, try optionalInt(name)) }
    func bool(_ name: String) throws(StoreError) -> Bool { try required(name, try optionalBool(name)) }
    func day(_ name: String) throws(StoreError) -> CalendarDate { try required(name, try optionalDay(name)) }
    func instant(_ name: String) throws(StoreError) -> Date { try required(name, try optionalInstant(name)) }

    /// A value that stands for one of a type's cases, or for nil where the type has none such.
    func word<Word: RawRepresentable>(_ name: String, _: Word.Type = Word.self) throws(StoreError) -> Word where Word.RawValue == String {
        let text = try text(name)
        guard let word = Word(rawValue: text) else { throw .unreadable("\(text) in \(name)") }
        return word
    }

    /// The batch whose name a column holds.
    func batch(_ name: String = "batch") throws(StoreError) -> Batch {
        let text = try text(name)
        guard let batch = Batch(name: text) else { throw .unreadable("the batch \(text)") }
        return batch
    }
}

extension SQLValue {
    static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    static func optional(_ number: Int?) -> SQLValue { number.map { .integer(Int64($0)) } ?? .null }
    static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
    static func date(_ date: CalendarDate?) -> SQLValue { date.map { .day($0.description) } ?? .null }
    static func timestamp(_ date: Date?) -> SQLValue { date.map { .instant(Timestamp.text($0)) } ?? .null }
    static func timestamp(milliseconds: Int64) -> SQLValue { .instant(Timestamp.text(Timestamp.date(milliseconds: milliseconds))) }
    static func int(_ number: Int) -> SQLValue { .integer(Int64(number)) }

    var int64: Int64? {
        switch self {
        case .integer(let value): value
        case .bool(let value): value ? 1 : 0
        case .real(let value): Int64(exactly: value)
        case .text(let text), .decimal(let text): Int64(text)
        case .null, .day, .instant: nil
        }
    }

    /// The value as text; numbers in their shortest form.
    var string: String? {
        switch self {
        case .null: nil
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let text), .decimal(let text), .day(let text), .instant(let text): text
        case .bool(let value): value ? "true" : "false"
        }
    }

    var boolean: Bool? {
        switch self {
        case .bool(let value): value
        case .integer(let value): value != 0
        case .text(let text): ["t": true, "true": true, "1": true, "f": false, "false": false, "0": false][text]
        default: nil
        }
    }

    var calendarDate: CalendarDate? { string.flatMap { CalendarDate($0.prefix(10)) } }
    var instant: Date? { string.flatMap(Timestamp.date) }
}
