/// All that NASA states of one approach, every digit kept. Two are equal if each value is: numbers by what they stand
/// for (`16.0` is `16.00`), everything else letter by letter, and a missing value only equals a missing value.
public struct ApproachFacts: Sendable {
    /// The line of the processed CSV, without its line end.
    public var record: String
    /// The instant of the approach, milliseconds since 1970-01-01 (TDB).
    public var epochMilliseconds: Int64?
    /// The distance in au, as NASA sent it; the CSV does not have it.
    public var missDistanceAU: String?

    /// Facts from their parts.
    public init(record: String, epochMilliseconds: Int64?, missDistanceAU: String?) {
        self.record = record
        self.epochMilliseconds = epochMilliseconds
        self.missDistanceAU = missDistanceAU
    }

    /// The values of a row, flags as 1 and 0; nil where the record is not a line of the processed CSV.
    public var values: [String?]? {
        let fields = CSVRecord.fields(record)
        guard fields.count == ApproachColumn.csv.count, CalendarDate(fields[ApproachColumn.date.rawValue]) != nil else {
            return nil
        }
        let stated = zip(ApproachColumn.csv, fields).map { column, field -> String? in
            guard !field.isEmpty else { return nil }
            return column.kind == .flag ? (field == "True" ? "1" : "0") : field
        }
        return stated + [epochMilliseconds.map(String.init), missDistanceAU, missDistanceAU, record]
    }

    /// Appends the facts in the one form that all equal facts share, a line feed behind it: what the content hash is
    /// made from.
    public func appendCanonical(to output: inout [UInt8]) {
        var record = record
        record.withUTF8 { bytes in
            var field = 0
            var start = 0
            var isQuoted = false
            for at in 0...bytes.count {
                if at < bytes.count {
                    if bytes[at] == UInt8(ascii: "\"") { isQuoted.toggle() }
                    guard bytes[at] == UInt8(ascii: ","), !isQuoted else { continue }
                }
                let value = UnsafeBufferPointer(rebasing: bytes[start..<at])
                if ApproachColumn(rawValue: field)?.kind == .decimal {
                    DecimalDigits.appendCanonical(value, to: &output)
                } else {
                    output += value
                }
                output.append(UInt8(ascii: ","))
                field += 1
                start = at + 1
            }
        }
        if let epochMilliseconds { output += String(epochMilliseconds).utf8 }
        output.append(UInt8(ascii: ","))
        if var digits = missDistanceAU { digits.withUTF8 { DecimalDigits.appendCanonical($0, to: &output) } }
        output.append(0x0A)
    }
}

extension ApproachFacts: Equatable {
    /// Whether both state the same.
    public static func == (left: ApproachFacts, right: ApproachFacts) -> Bool {
        guard left.epochMilliseconds == right.epochMilliseconds else { return false }
        if left.record == right.record, left.missDistanceAU == right.missDistanceAU { return true }
        var (one, other): ([UInt8], [UInt8]) = ([], [])
        left.appendCanonical(to: &one)
        right.appendCanonical(to: &other)
        return one == other
    }
}

/// Decimal numbers as texts, without a detour by a binary float.
public enum DecimalDigits {
    /// Appends a decimal in its one canonical form: no exponent, no leading or trailing zeros, no sign on zero (`.50`
    /// becomes `0.5`, `1.0E+2` becomes `100`). What is not a decimal is appended as it is.
    public static func appendCanonical(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        guard let number = Parts(text) else { return output += text }
        let digits = number.digits
        guard let first = digits.firstIndex(where: { $0 != 0x30 }), let last = digits.lastIndex(where: { $0 != 0x30 })
        else {
            if !digits.isEmpty { output.append(0x30) }
            return
        }
        if number.isNegative { output.append(UInt8(ascii: "-")) }
        // The point stands before digit `point`; digits beyond either end are zeros.
        let point = number.point
        if point <= first { output.append(0x30) }
        for at in first..<max(point, first) { output.append(at < digits.count ? digits[at] : 0x30) }
        guard last >= point else { return }
        output.append(UInt8(ascii: "."))
        for at in point...last { output.append(at >= 0 ? digits[at] : 0x30) }
    }

    /// A decimal in its canonical form.
    public static func canonical(_ text: String) -> String {
        var output: [UInt8] = []
        var text = text
        text.withUTF8 { appendCanonical($0, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// What an exponent may be: NASA's numbers are far below, and the written-out form stays small.
    private static let exponents = -400...400

    private struct Parts {
        var isNegative = false
        var digits: [UInt8] = []
        /// How many of the digits stand before the point; may lie outside of them.
        var point = 0

        init?(_ text: UnsafeBufferPointer<UInt8>) {
            let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
            isNegative = mantissa.first == UInt8(ascii: "-")
            let unsigned = mantissa.dropFirst(isNegative || mantissa.first == UInt8(ascii: "+") ? 1 : 0)
            let whole = unsigned.prefix { $0 != UInt8(ascii: ".") }
            digits = Array(whole) + unsigned.dropFirst(whole.count + 1)
            point = whole.count
            guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
            guard mantissa.count < text.count else { return }
            guard let exponent = Int(String(decoding: text[(mantissa.count + 1)...], as: UTF8.self)),
                DecimalDigits.exponents.contains(exponent)
            else { return nil }
            point += exponent
        }
    }
}
