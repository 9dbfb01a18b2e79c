/// Decimal numbers as texts: JSON's grammar, and NeoWs's strings that may begin with the point (`".149124"`).
enum DecimalText {
    /// 10^0 ... 10^22, the powers of ten that a Double holds exactly.
    private static let powers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { product, _ in product * 10 }
    }

    /// The parts of a decimal text, or nil where it is none.
    private struct Parts {
        var negative = false
        /// Up to 19 significant digits.
        var mantissa: UInt64 = 0
        /// Power of ten of the mantissa.
        var exponent = 0
        var integerDigits = 0
        var fractionDigits = 0
    }

    @inline(__always)
    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Parts? {
        var parts = Parts()
        var at = 0
        let end = text.count
        if at < end, text[at] == UInt8(ascii: "-") {
            parts.negative = true
            at += 1
        }
        var significant = 0
        while at < end, case let digit = text[at] &- 48, digit < 10 {
            if significant < 19 {
                parts.mantissa = parts.mantissa &* 10 &+ UInt64(digit)
                if parts.mantissa != 0 { significant += 1 }
            } else {
                parts.exponent += 1
            }
            parts.integerDigits += 1
            at += 1
        }
        if at < end, text[at] == UInt8(ascii: ".") {
            at += 1
            while at < end, case let digit = text[at] &- 48, digit < 10 {
                if significant < 19 {
                    parts.mantissa = parts.mantissa &* 10 &+ UInt64(digit)
                    if parts.mantissa != 0 { significant += 1 }
                    parts.exponent -= 1
                }
                parts.fractionDigits += 1
                at += 1
            }
            guard parts.fractionDigits > 0 else { return nil }
        }
        guard parts.integerDigits + parts.fractionDigits > 0 else { return nil }
        if at < end, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            var sign = 1
            if at < end, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
                sign = text[at] == UInt8(ascii: "-") ? -1 : 1
                at += 1
            }
            var power = 0
            let first = at
            while at < end, case let digit = text[at] &- 48, digit < 10 {
                power = min(9999, power * 10 + Int(digit))
                at += 1
            }
            guard at > first else { return nil }
            parts.exponent += sign * power
            parts.integerDigits = max(0, parts.integerDigits + sign * power)
            parts.fractionDigits = max(0, parts.fractionDigits - sign * power)
        }
        return at == end ? parts : nil
    }

    /// The value to a relative error below 1e-15, or nil where the text is not a finite decimal.
    static func approximation(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let parts = parse(text) else { return nil }
        var value = Double(parts.mantissa)
        var exponent = parts.exponent
        guard value != 0 else { return 0 }
        guard abs(exponent) < 400 else { return nil }
        while exponent > 0 {
            let step = min(22, exponent)
            value *= powers[step]
            exponent -= step
        }
        while exponent < 0 {
            let step = min(22, -exponent)
            value /= powers[step]
            exponent += step
        }
        guard value.isFinite else { return nil }
        return parts.negative ? -value : value
    }

    /// How many digits stand before and behind the point once an exponent is written out, or nil for no decimal.
    static func digits(_ text: UnsafeBufferPointer<UInt8>) -> (integer: Int, fraction: Int)? {
        parse(text).map { ($0.integerDigits, $0.fractionDigits) }
    }
}
