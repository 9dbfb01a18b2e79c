extension JSONText {
    /// How NeoWs writes the places of a number.
    enum Places {
        /// Without trailing zeros, and without a point where nothing follows it: `22312.175802235`, `72331720`.
        case asNeeded
        /// Like `asNeeded`, but a whole number keeps one zero: `20.0`.
        case atLeastOne
    }

    /// An integer of so many decimal places: 2139 with two places is `21.39`. Exact, the same on every machine.
    ///
    /// - Parameter leadingZero: whether a number below one starts with its zero; JPL's orbits have `.0345`.
    mutating func fixedPoint(_ number: Int, places: Int, _ style: Places = .asNeeded, leadingZero: Bool = true) {
        var rest = number.magnitude
        var places = places
        let fewest = style == .atLeastOne ? 1 : 0
        while places > fewest, rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var written = 0
        while rest > 0 || written < places || (written == places && (leadingZero || places == 0)) {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
            written += 1
            if written == places { bytes.append(UInt8(ascii: ".")) }
        }
        bytes[start...].reverse()
    }

    /// A number rounded to so many decimal places; `|value| · 10^places` must stay below 2⁵³ to keep every digit.
    mutating func decimal(_ value: Double, places: Int, _ style: Places = .asNeeded, leadingZero: Bool = true) {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        fixedPoint(Int((value * scale).rounded()), places: places, style, leadingZero: leadingZero)
    }

    /// A number of two digits, or of four: the parts of dates and clocks.
    mutating func padded(_ number: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
