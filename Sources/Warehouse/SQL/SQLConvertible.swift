import Foundation
import NearEarth

/// What may stand in a column: how a statement takes it, and how it is read.
protocol SQLConvertible {
    /// The value for a statement.
    var sql: SQLValue { get }
    /// Reads a column's value; nil where that is of another form.
    init?(sql: SQLValue)
}

extension SQLValue: SQLConvertible {
    var sql: SQLValue { self }
    init?(sql: SQLValue) { self = sql }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    var sql: SQLValue { map { $0.sql } ?? .null }

    init?(sql: SQLValue) {
        if case .null = sql {
            self = .none
        } else {
            guard let value = Wrapped(sql: sql) else { return nil }
            self = value
        }
    }
}

extension String: SQLConvertible {
    var sql: SQLValue { .text(self) }

    /// Any value but NULL: numbers in their shortest form, flags as 1 and 0.
    init?(sql: SQLValue) {
        switch sql {
        case .null: return nil
        case .integer(let value): self = "\(value)"
        case .real(let value): self = "\(value)"
        case .text(let text), .decimal(let text), .day(let text), .instant(let text): self = text
        case .bool(let value): self = value ? "1" : "0"
        }
    }
}

extension Int64: SQLConvertible {
    var sql: SQLValue { .integer(self) }

    init?(sql: SQLValue) {
        switch sql {
        case .integer(let value): self = value
        case .bool(let value): self = value ? 1 : 0
        case .real(let value): self.init(exactly: value)
        case .text(let text), .decimal(let text): self.init(text)
        case .null, .day, .instant: return nil
        }
    }
}

extension Int: SQLConvertible {
    var sql: SQLValue { .integer(Int64(self)) }

    init?(sql: SQLValue) {
        guard let number = Int64(sql: sql) else { return nil }
        self.init(exactly: number)
    }
}

/// For pictures and sums: a decimal's digits may be rounded.
extension Double: SQLConvertible {
    var sql: SQLValue { .real(self) }

    init?(sql: SQLValue) {
        switch sql {
        case .integer(let value): self = Double(value)
        case .real(let value): self = value
        case .text(let text), .decimal(let text): self.init(text)
        case .null, .bool, .day, .instant: return nil
        }
    }
}

extension Bool: SQLConvertible {
    var sql: SQLValue { .bool(self) }

    init?(sql: SQLValue) {
        switch String(sql: sql) {
        case "t", "true", "1": self = true
        case "f", "false", "0": self = false
        default: return nil
        }
    }
}

extension CalendarDate: SQLConvertible {
    var sql: SQLValue { .day(description) }

    init?(sql: SQLValue) { self.init((String(sql: sql) ?? "").prefix(10)) }
}

extension Date: SQLConvertible {
    var sql: SQLValue { .instant(Timestamp.text(self)) }

    init?(sql: SQLValue) {
        guard let date = String(sql: sql).flatMap(Timestamp.date) else { return nil }
        self = date
    }
}

extension Batch: SQLConvertible {
    var sql: SQLValue { .text(name) }

    init?(sql: SQLValue) { self.init(name: String(sql: sql) ?? "") }
}

/// Words that stand for cases.
extension SQLConvertible where Self: RawRepresentable, RawValue == String {
    var sql: SQLValue { .text(rawValue) }

    init?(sql: SQLValue) { self.init(rawValue: String(sql: sql) ?? "") }
}

extension BatchState: SQLConvertible {}
extension RunStatus: SQLConvertible {}
extension Severity: SQLConvertible {}
extension SlotState: SQLConvertible {}
extension VersionEnd: SQLConvertible {}

/// A row's values beside the names of their columns.
struct SQLFields: ExpressibleByDictionaryLiteral {
    private(set) var columns: [String]
    private(set) var values: [SQLValue]

    init(dictionaryLiteral elements: (String, any SQLConvertible)...) {
        columns = elements.map { $0.0 }
        values = elements.map { $0.1.sql }
    }

    static func + (left: SQLFields, right: SQLFields) -> SQLFields {
        var sum = left
        sum.columns += right.columns
        sum.values += right.values
        return sum
    }
}
