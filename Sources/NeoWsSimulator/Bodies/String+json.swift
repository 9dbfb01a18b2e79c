extension DefaultStringInterpolation {
    /// An integer of so many decimal places, at least 0: 2139 with two places is `21.39`. Exact, the same on every
    /// machine. As NeoWs writes numbers: without trailing zeros, and without a point where nothing follows it.
    ///
    /// - Parameters:
    ///   - fewest: how many places stay although they are zeros: with one, a whole number is `20.0`.
    ///   - leadingZero: whether a number below one starts with its zero; JPL's orbits have `.0345`.
    mutating func appendInterpolation(
        _ number: Int, places: Int, atLeast fewest: Int = 0, leadingZero: Bool = true
    ) {
        var (rest, places) = (number, places)
        while places > fewest, rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        guard places > 0 else { return appendInterpolation(rest) }
        let scale = powerOfTen(places)
        let (whole, fraction) = rest.quotientAndRemainder(dividingBy: scale)
        if whole > 0 || leadingZero { appendLiteral(String(whole)) }
        appendLiteral(".")
        // The scale's 1 in front keeps the fraction's zeros until it is dropped.
        appendLiteral(String(Substring(String(scale + fraction).utf8.dropFirst())))
    }

    /// A number rounded to so many decimal places; `value · 10^places` must stay below 2⁵³ to keep every digit.
    mutating func appendInterpolation(
        _ value: Double, places: Int, atLeast fewest: Int = 0, leadingZero: Bool = true
    ) {
        let number = Int((value * Double(powerOfTen(places))).rounded())
        appendInterpolation(number, places: places, atLeast: fewest, leadingZero: leadingZero)
    }

    /// A part of a date or a clock, 0 to 99, as two digits.
    mutating func appendInterpolation(twoDigits number: Int) {
        if number < 10 { appendLiteral("0") }
        appendInterpolation(number)
    }

    /// The members of an object or an array, which are JSON already.
    mutating func appendInterpolation(list items: [String]) {
        for (index, item) in items.enumerated() {
            if index > 0 { appendLiteral(",") }
            appendLiteral(item)
        }
    }

    private func powerOfTen(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}

extension String {
    /// The text as the inside of a JSON string literal.
    var jsonEscaped: String {
        unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case ..<" ": "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
            default: String(scalar)
            }
        }.joined()
    }
}
