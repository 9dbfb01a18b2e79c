/// Decimal numbers as texts: JSON's grammar, and NeoWs's strings that may begin with the point (`".149124"`).
enum DecimalText {
    /// 10^0 ... 10^22, the powers of ten that a Double holds exactly.
    private static let powers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { product, _ in product * 10 }
    }

    /// The value to a relative error below 1e-15, and how many digits stand before the point once an exponent is written
    /// out; nil where the text is not a finite decimal.
    static func read(_ text: UnsafeBufferPointer<UInt8>) -> (value: Double, integerDigits: Int)? {
        var at = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { at += 1 }
        // Up to 19 significant digits, and the power of ten behind them.
        var (mantissa, exponent, significant): (UInt64, Int, Int) = (0, 0, 0)
        /// Takes the digits at the position and returns how many there are.
        @inline(__always) func digits(fraction: Bool) -> Int {
            let start = at
            while at < text.count, case let digit = text[at] &- 48, digit < 10 {
                if significant < 19 {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    if mantissa != 0 { significant += 1 }
                    if fraction { exponent -= 1 }
                } else if !fraction {
                    exponent += 1
                }
                at += 1
            }
            return at - start
        }
        var integerDigits = digits(fraction: false)
        var fractionDigits = 0
        if at < text.count, text[at] == UInt8(ascii: ".") {
            at += 1
            fractionDigits = digits(fraction: true)
            guard fractionDigits > 0 else { return nil }
        }
        guard integerDigits + fractionDigits > 0 else { return nil }
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            guard let power = power(text[(at + 1)...]) else { return nil }
            exponent += power
            integerDigits = max(0, integerDigits + power)
            at = text.count
        }
        guard at == text.count, let value = scaled(Double(mantissa), by: exponent) else { return nil }
        return (isNegative ? 0 - value : value, integerDigits)
    }

    /// The number behind an `e`, its size at most 9999; nil where there is none.
    private static func power(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
        guard !digits.isEmpty, digits.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
        let size = digits.reduce(0) { min(9999, $0 * 10 + Int($1 - 48)) }
        return isNegative ? -size : size
    }

    /// `value` times a power of ten, or nil where that is too large.
    private static func scaled(_ value: Double, by exponent: Int) -> Double? {
        guard value != 0 else { return 0 }
        guard abs(exponent) < 400 else { return nil }
        var (value, exponent) = (value, exponent)
        while exponent != 0 {
            let step = min(22, abs(exponent))
            value = exponent > 0 ? value * powers[step] : value / powers[step]
            exponent -= exponent.signum() * step
        }
        return value.isFinite ? value : nil
    }
}
