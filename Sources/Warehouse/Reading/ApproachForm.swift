public import NearEarth

/// How rows are written: as JSON objects or as lines of CSV, with these fields in their order.
public struct ApproachForm: Sendable {
    /// Its kinds.
    public enum Kind: Sendable {
        /// An object; numbers have NASA's digits.
        case json
        /// A line of RFC 4180 CSV that ends with CR LF, as in the processed file.
        case csv
    }

    /// What the rows are.
    public let kind: Kind
    /// What they have.
    public let fields: Set<ApproachField>
    private let steps: [Step]
    /// What comes behind a row.
    private let end: [UInt8]

    /// One field of a row: what stands before its value, and what it holds.
    private struct Step {
        let field: ApproachField
        let key: [UInt8]
        let kind: ApproachColumn.Kind
        let isWanted: Bool
        /// Whether the line of CSV has it.
        let isInRecord: Bool
    }

    /// A form; `separator` comes behind each JSON object.
    public init(_ kind: Kind, _ fields: Set<ApproachField> = ApproachField.usual, separator: String = ",") {
        self.kind = kind
        self.fields = fields
        let first = ApproachField.allCases.first(where: fields.contains)
        steps = ApproachField.allCases.map { field in
            let lead = field == first ? (kind == .json ? "{" : "") : ","
            return Step(
                field: field, key: Array((kind == .json ? "\(lead)\"\(field.rawValue)\":" : lead).utf8),
                kind: field.column?.kind ?? .text, isWanted: fields.contains(field),
                isInRecord: ApproachColumn.csv.contains { $0 == field.column })
        }
        end = Array((kind == .json ? "}\(separator)" : "\r\n").utf8)
    }

    /// The line with the fields' names, for CSV.
    public var header: String {
        ApproachField.allCases.filter(fields.contains).map(\.rawValue).joined(separator: ",") + "\r\n"
    }

    /// An object of all that NASA states, for a place in a larger one.
    public static let facts = ApproachForm(
        .json, Set(ApproachField.allCases.filter { $0.column != nil }), separator: "")

    /// An approach in this form.
    public func bytes(_ approach: CloseApproach) -> [UInt8] {
        var output: [UInt8] = []
        withBytes(of: [approach.record, approach.missDistanceAU]) { texts in
            guard let record = texts[0] else { return }
            append(
                ApproachTexts(record: record, epoch: approach.epochMilliseconds, missDistanceAU: texts[1]), to: &output)
        }
        return output
    }

    /// Appends a row.
    public func append(_ row: ApproachTexts, to output: inout [UInt8]) {
        var record = RecordFields(row.record)
        for step in steps {
            // The record's fields are read one after the other, also those that are not wanted.
            let value = step.isInRecord ? record.next() : nil
            guard step.isWanted else { continue }
            output += step.key
            switch step.field {
            case .epoch: append(row.epoch, to: &output)
            case .run: append(row.run, to: &output)
            case .missDistanceAU: append(row.missDistanceAU.map { ($0, false) }, .decimal, to: &output)
            case .firstSeen: append(instant: row.firstSeen, to: &output)
            case .lastSeen: append(instant: row.lastSeen, to: &output)
            case .source: append(row.source.map { ($0, false) }, .text, to: &output)
            default: append(value, step.kind, to: &output)
            }
        }
        output += end
    }

    private func append(_ number: Int64?, to output: inout [UInt8]) {
        if let number { output += String(number).utf8 } else if kind == .json { output += Self.null }
    }

    private func append(
        _ value: RecordFields.Field?, _ column: ApproachColumn.Kind, to output: inout [UInt8]
    ) {
        guard let value, !value.bytes.isEmpty else {
            if kind == .json { output += Self.null }
            return
        }
        switch column {
        case _ where kind == .csv:
            if value.isQuoted { output.append(0x22) }
            output += value.bytes
            if value.isQuoted { output.append(0x22) }
        case .decimal, .milliseconds: JSONBytes.append(number: value.bytes, to: &output)
        case .flag: output += value.bytes.first == UInt8(ascii: "T") ? Self.true : Self.false
        case .text, .day: JSONBytes.append(value.bytes, hasDoubledQuotes: value.isQuoted, to: &output)
        }
    }

    /// `2020-02-03 04:05:06.789` as ISO 8601.
    private func append(instant: UnsafeRawBufferPointer?, to output: inout [UInt8]) {
        guard let instant else { return append(nil as Int64?, to: &output) }
        if kind == .json { output.append(0x22) }
        let start = output.count
        output += instant
        if output.count > start + 10 { output[start + 10] = UInt8(ascii: "T") }
        output.append(UInt8(ascii: "Z"))
        if kind == .json { output.append(0x22) }
    }

    private static let null = Array("null".utf8)
    private static let `true` = Array("true".utf8)
    private static let `false` = Array("false".utf8)
}

/// The fields of a line of RFC 4180 CSV where they lie.
struct RecordFields {
    /// A field without the quotes around it; in one that had them, a quote stands twice.
    typealias Field = (bytes: UnsafeRawBufferPointer, isQuoted: Bool)

    private let record: UnsafeRawBufferPointer
    private var position = 0

    init(_ record: UnsafeRawBufferPointer) {
        self.record = record
    }

    /// The next one; nil behind the last.
    mutating func next() -> Field? {
        guard position <= record.count else { return nil }
        let isQuoted = position < record.count && record[position] == 0x22
        let start = isQuoted ? position + 1 : position
        var (end, isInside) = (start, isQuoted)
        while end < record.count, isInside || record[end] != UInt8(ascii: ",") {
            if record[end] == 0x22, isQuoted { isInside.toggle() }
            end += 1
        }
        position = end + 1
        let last = isQuoted && end > start && record[end - 1] == 0x22 ? end - 1 : end
        return (UnsafeRawBufferPointer(rebasing: record[start..<last]), isQuoted)
    }
}

/// JSON values from bytes.
public enum JSONBytes {
    /// Appends a text in quotes. In one that comes from a quoted field of CSV, each quote stands twice.
    public static func append(
        _ text: some Collection<UInt8>, hasDoubledQuotes: Bool = false, to output: inout [UInt8]
    ) {
        output.append(0x22)
        if text.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            output += text
        } else {
            var isSecond = false
            for byte in text {
                let isQuote = byte == 0x22
                defer { isSecond = hasDoubledQuotes && isQuote && !isSecond }
                if isQuote, isSecond { continue }
                switch byte {
                case 0x22, 0x5C: output += [0x5C, byte]
                case ..<0x20: output += Array("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8)
                default: output.append(byte)
                }
            }
        }
        output.append(0x22)
    }

    /// Appends a decimal as it is written, where JSON allows that (RFC 8259, section 6: no plus, no leading zero, digits
    /// on both sides of the point); else in its canonical form.
    static func append(number: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        if isNumber(number) { return output += number }
        let canonical = Array(DecimalDigits.canonical(String(decoding: number, as: UTF8.self)).utf8)
        if canonical.withUnsafeBytes(isNumber) { output += canonical } else { append(canonical, to: &output) }
    }

    private static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        var at = text.first == UInt8(ascii: "-") ? 1 : 0
        func digits() -> Int {
            let start = at
            while at < text.count, text[at] &- 0x30 < 10 { at += 1 }
            return at - start
        }
        let startsWithZero = at < text.count && text[at] == 0x30
        let whole = digits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if at < text.count, text[at] == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { return false }
        }
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") { at += 1 }
            guard digits() > 0 else { return false }
        }
        return at == text.count
    }
}
