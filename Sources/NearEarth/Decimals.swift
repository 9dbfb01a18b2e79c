/// Numbers with a fixed count of decimals, without a locale.
package enum Decimals {
    package static func text(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard value.isFinite, abs(value * scale) < 1e18 else { return "\(value)" }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}

extension Int {
    /// With commas between thousands: `399,075`.
    package func grouped(minus: String = "-") -> String {
        var digits = Array(String(magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (self < 0 ? minus : "") + String(digits)
    }

    /// A number of things: `1 approach`, `3 approaches`.
    package func counted(_ noun: String, _ plural: String? = nil) -> String {
        "\(grouped()) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
