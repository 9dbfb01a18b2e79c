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

    /// Offset of the first byte that is not part of valid UTF-8, or nil. A character cut by the end of the body is not a
    /// fault of encoding: the scanner finds the body truncated there.
    var firstInvalidOffset: Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: UnsafeBufferPointer(start: base, count: count).span)
            return nil
        } catch {
            if error.kind == .truncatedScalar, error.byteOffsets.upperBound == count { return nil }
            return error.byteOffsets.lowerBound
        }
    }

    /// Lends all of the body's bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Lends the bytes of a value's text: a string's decoded, anything else's as they stand in the body.
    @inline(__always)
    func withText<Result>(_ token: Token, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        token.kind == .escapedString
            ? JSONEscapes.decode(bytes(token)).withUnsafeBufferPointer(body) : body(bytes(token))
    }

    /// A value as text: a string decoded, anything else as it stands in the body.
    public func text(_ token: Token) -> String {
        withText(token) { String(decoding: $0, as: UTF8.self) }
    }

    /// The text of a value that may be absent or null.
    public func optionalText(_ token: Token) -> String? {
        token.isMissing ? nil : text(token)
    }

    /// Appends a value's text to `output`, as `text(_:)` gives it.
    public func append(_ token: Token, to output: inout [UInt8]) {
        withText(token) { output.append(contentsOf: $0) }
    }

    /// Whether a string has a character of C0 or C1, or DEL.
    public func hasControlCharacters(_ token: Token) -> Bool {
        withText(token) { text in
            var isLead = false
            for byte in text {
                if byte < 0x20 || byte == 0x7F || (isLead && byte < 0xA0) { return true }
                isLead = byte == 0xC2
            }
            return false
        }
    }

    /// Whether two values have the same text.
    public func same(_ left: Token, _ right: Token) -> Bool {
        withText(left) { left in withText(right) { left.elementsEqual($0) } }
    }

    /// The date that a string of ten bytes names, or nil.
    public func date(_ token: Token) -> CalendarDate? {
        token.isString ? withText(token) { CalendarDate(ascii: $0) } : nil
    }

    /// The day of a string like `2020-Feb-03 04:05`, or nil.
    public func dayOfFullDate(_ token: Token) -> CalendarDate? {
        token.isString ? withText(token) { CalendarDate(fullASCII: $0) } : nil
    }

    /// The integer that a JSON number without fraction or exponent stands for, or nil.
    public func integer(_ token: Token) -> Int64? {
        token.kind == .number ? Int64(String(decoding: bytes(token), as: UTF8.self)) : nil
    }

    /// A decimal value for comparing within a tolerance (its relative error is below 1e-15), and how many digits stand
    /// before its point once an exponent is written out; nil unless the value is a number, or a string holding one as
    /// NeoWs writes them (`"5.62"`, `".149"`).
    public func decimal(_ token: Token) -> (value: Double, integerDigits: Int)? {
        token.isString || token.kind == .number ? withText(token) { DecimalText.read($0) } : nil
    }
}
