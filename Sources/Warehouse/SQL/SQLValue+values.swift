import Foundation
import NearEarth

extension SQLValue {
    static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    static func optional(_ number: Int?) -> SQLValue { number.map { .integer(Int64($0)) } ?? .null }
    static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
    static func optional(_ flag: Bool?) -> SQLValue { flag.map(SQLValue.bool) ?? .null }
    static func optionalDecimal(_ digits: String?) -> SQLValue { digits.map(SQLValue.decimal) ?? .null }
    static func date(_ date: CalendarDate?) -> SQLValue { date.map { .day($0.description) } ?? .null }
    static func timestamp(_ date: Date?) -> SQLValue { date.map { .instant(Timestamp.text($0)) } ?? .null }
    static func int(_ number: Int) -> SQLValue { .integer(Int64(number)) }

    var int64: Int64? {
        switch self {
        case .integer(let value): value
        case .bool(let value): value ? 1 : 0
        case .real(let value): Int64(exactly: value.rounded())
        case .text(let text), .decimal(let text): Int64(text)
        case .null, .day, .instant: nil
        }
    }

    var int: Int? { int64.map(Int.init) }

    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .text(let text), .decimal(let text): Double(text)
        case .bool, .null, .day, .instant: nil
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
        case .text(let text): ["t", "true", "1"].contains(text)
        default: nil
        }
    }

    var calendarDate: CalendarDate? { string.flatMap { CalendarDate($0.prefix(10)) } }
    var instant: Date? { string.flatMap(Timestamp.date) }

    /// A decimal as its shortest plain text, the same from every store: columns pad it with zeros, binary floats may show an exponent.
    var plainDecimal: String? {
        guard var digits = string else { return nil }
        if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }), let power = Int(digits[digits.index(after: mark)...]) {
            let isNegative = digits.hasPrefix("-")
            let parts = digits[..<mark].drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
            let fraction = parts.count > 1 ? String(parts[1]) : ""
            let all = String(parts[0]) + fraction
            let point = parts[0].count + power
            let padded = point <= 0 ? String(repeating: "0", count: 1 - point) + all : all + String(repeating: "0", count: max(0, point - all.count))
            let split = padded.index(padded.startIndex, offsetBy: max(1, point))
            digits = (isNegative ? "-" : "") + padded[..<split] + "." + padded[split...]
        }
        guard digits.contains(".") else { return digits }
        while digits.hasSuffix("0") { digits.removeLast() }
        if digits.hasSuffix(".") { digits.removeLast() }
        return digits
    }
}
