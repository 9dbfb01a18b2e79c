/// HTML or SVG. What is put into it is escaped, unless it is markup itself: text of the service's can't become tags.
///
///     let row: Markup = "<td>\(name)</td>"
public struct Markup: Sendable, ExpressibleByStringInterpolation {
    /// The text as it is sent.
    public private(set) var text: String

    /// No markup.
    public static let none: Markup = ""

    /// Markup as it stands in the source.
    public init(stringLiteral value: String) { text = value }

    /// Markup with values in it.
    public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Markup that comes from somewhere else than a literal, such as a file of the program's own.
    public init(trusted text: String) { self.text = text }

    /// One piece after the other.
    public static func + (left: Markup, right: Markup) -> Markup { Markup(trusted: left.text + right.text) }
    /// Appends a piece.
    public static func += (left: inout Markup, right: Markup) { left.text += right.text }

    /// Collects literals as they are and values escaped.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Room for it.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// A piece of the source.
        public mutating func appendLiteral(_ literal: String) { text += literal }
        /// Markup, as it is.
        public mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
        /// Pieces of markup, one after the other.
        public mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { text += piece.text } }
        /// Markup that may not be there.
        public mutating func appendInterpolation(_ markup: Markup?) { text += markup?.text ?? "" }
        /// A whole number.
        public mutating func appendInterpolation(_ number: Int) { text += String(number) }
        /// A whole number.
        public mutating func appendInterpolation(_ number: Int64) { text += String(number) }
        /// A text, escaped for content and for attributes in double quotes.
        public mutating func appendInterpolation(_ value: String) { Markup.escape(value, into: &text) }
        /// A coordinate, with two decimals at most.
        public mutating func appendInterpolation(_ number: Double) { text += Coordinate.text(number) }
    }

    private static func escape(_ value: String, into text: inout String) {
        guard value.utf8.contains(where: { isSpecial($0) }) else {
            text += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            // Controls have no place in HTML, and turn the direction of what is around them.
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": text += "\u{FFFD}"
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x26, 0x27, 0x3C, 0x3E, 0xE2: true
        default: byte < 0x20
        }
    }
}

extension [Markup] {
    /// The pieces, one after the other.
    public func joined(_ separator: Markup = .none) -> Markup {
        Markup(trusted: map(\.text).joined(separator: separator.text))
    }
}

/// Numbers of drawings as short texts.
public enum Coordinate {
    /// With two decimals at most: a hundredth of a pixel or of a percent.
    public static func text(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "0" }
        let hundredths = Int((abs(number) * 100).rounded())
        guard hundredths > 0 else { return "0" }
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        let sign = number < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
