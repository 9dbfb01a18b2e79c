public import NearEarth

/// A view of a `BodyBuffer`'s bytes, and of the values that the scanner found in them.
///
/// Every accessor checks its token against the bounds once; the pointer itself stays inside this module.
public struct BodyBytes {
    let base: UnsafePointer<UInt8>
    /// Bytes of the body.
    public let count: Int

    /// The bytes between two offsets.
    func bytes(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(0 <= start && start <= end && end <= count, "a token outside its body")
        return UnsafeBufferPointer(start: base + start, count: end - start)
    }

    func bytes(_ token: Token) -> UnsafeBufferPointer<UInt8> {
        bytes(token.start, token.end)
    }

    /// Lends all of the body's bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A value as text: a string decoded, anything else as it stands in the body.
    public func text(_ token: Token) -> String {
        token.kind == .escapedString
            ? String(decoding: JSONEscapes.decode(bytes(token)), as: UTF8.self)
            : String(decoding: bytes(token), as: UTF8.self)
    }

    /// The text of a value that may be absent or null.
    public func optionalText(_ token: Token) -> String? {
        token.isMissing ? nil : text(token)
    }

    /// Appends a value's text to `output`, as `text(_:)` gives it.
    public func append(_ token: Token, to output: inout [UInt8]) {
        if token.kind == .escapedString {
            output.append(contentsOf: JSONEscapes.decode(bytes(token)))
        } else {
            output.append(contentsOf: bytes(token))
        }
    }

    /// Whether a value's text contains a byte that a CSV field has to be quoted for (RFC 4180, section 2).
    public func needsQuotes(_ token: Token) -> Bool {
        func isSpecial(_ byte: UInt8) -> Bool { byte == 0x2C || byte == 0x22 || byte == 0x0A || byte == 0x0D }
        if token.kind == .escapedString { return JSONEscapes.decode(bytes(token)).contains(where: isSpecial) }
        return bytes(token).contains(where: isSpecial)
    }

    /// Whether a string has a character of C0 or C1, or DEL. Without an escape only the last two can stand in one.
    public func hasControlCharacters(_ token: Token) -> Bool {
        if token.kind == .escapedString { return text(token).unicodeScalars.contains(where: PlainText.isControl) }
        var isLead = false
        for byte in bytes(token) {
            if byte == 0x7F || (isLead && byte < 0xA0) { return true }
            isLead = byte == 0xC2
        }
        return false
    }

    /// Whether two values have the same text.
    public func same(_ left: Token, _ right: Token) -> Bool {
        if left.kind == .escapedString || right.kind == .escapedString { return text(left) == text(right) }
        return bytes(left).elementsEqual(bytes(right))
    }

    /// The date that a string of ten bytes names, or nil.
    public func date(_ token: Token) -> CalendarDate? {
        switch token.kind {
        case .string: CalendarDate(ascii: bytes(token))
        case .escapedString: CalendarDate(ascii: JSONEscapes.decode(bytes(token)))
        default: nil
        }
    }

    /// The integer that a JSON number without fraction or exponent stands for, or nil.
    public func integer(_ token: Token) -> Int64? {
        guard token.kind == .number else { return nil }
        var value: Int64 = 0
        let digits = bytes(token)
        let negative = digits.first == UInt8(ascii: "-")
        for byte in digits.dropFirst(negative ? 1 : 0) {
            guard (48...57).contains(byte) else { return nil }
            let (scaled, over) = value.multipliedReportingOverflow(by: 10)
            let (next, over2) = scaled.subtractingReportingOverflow(Int64(byte - 48))
            guard !over, !over2 else { return nil }
            value = next
        }
        // Summed below zero, where Int64 has one value more than above.
        if negative { return value }
        return value == .min ? nil : -value
    }

    /// A decimal value for comparing within a tolerance (its relative error is below 1e-15); nil unless the value is a
    /// number, or a string holding one as NeoWs writes them (`"5.62"`, `".149"`).
    public func approximation(_ token: Token) -> Double? {
        switch token.kind {
        case .number, .string: DecimalText.approximation(bytes(token))
        case .escapedString: JSONEscapes.decode(bytes(token)).withUnsafeBufferPointer(DecimalText.approximation)
        default: nil
        }
    }

    /// Whether the text of a value is valid as decimal, and its digits before and behind the point.
    public func decimalDigits(_ token: Token) -> (integer: Int, fraction: Int)? {
        switch token.kind {
        case .number, .string: DecimalText.digits(bytes(token))
        case .escapedString: JSONEscapes.decode(bytes(token)).withUnsafeBufferPointer(DecimalText.digits)
        default: nil
        }
    }
}
