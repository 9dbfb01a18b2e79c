public import Foundation

/// Instants as texts: `2020-02-03 04:05:06.789`, UTC, which sorts as it reads and is what every store's TIMESTAMP
/// takes.
public enum Timestamp {
    /// An instant as text, to the millisecond.
    public static func text(_ date: Date) -> String {
        let milliseconds = milliseconds(date)
        let day = CalendarDate(epochMilliseconds: milliseconds)
        var rest = Int(milliseconds - Int64(day.daysSinceEpoch) * 86_400_000)
        let fraction = rest % 1000
        rest /= 1000
        return
            "\(day) \(zeroPadded(rest / 3600, 2)):\(zeroPadded(rest / 60 % 60, 2)):\(zeroPadded(rest % 60, 2)).\(zeroPadded(fraction, 3))"
    }

    /// Milliseconds since 1970-01-01 UTC.
    public static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    /// The instant so many milliseconds after 1970-01-01 UTC.
    public static func date(milliseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// The instant to the millisecond, which is what stores and manifests keep.
    public static func toMillisecond(_ date: Date) -> Date { self.date(milliseconds: milliseconds(date)) }

    /// The instant a text names: the form above, also with `T` and `Z`, the fraction optional.
    public static func date(_ text: String) -> Date? {
        var text = text
        return text.withUTF8 { date(ascii: $0) }
    }

    private static func date(ascii bytes: UnsafeBufferPointer<UInt8>) -> Date? {
        guard bytes.count >= 19, let day = CalendarDate(ascii: bytes[0..<10]), bytes[10] == 0x20 || bytes[10] == 0x54
        else { return nil }
        // A leap second is second 60.
        guard let hour = CalendarDate.number(bytes[11..<13]), hour < 24,
            let minute = CalendarDate.number(bytes[14..<16]), minute < 60,
            let second = CalendarDate.number(bytes[17..<19]), second < 61
        else { return nil }
        var (fraction, unit) = (0, 1)
        if bytes.count > 19, bytes[19] == UInt8(ascii: ".") {
            // A Double has 15 digits.
            for byte in bytes[20...].prefix(15) {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break }
                (fraction, unit) = (fraction * 10 + Int(byte - UInt8(ascii: "0")), unit * 10)
            }
        }
        let whole = ((day.daysSinceEpoch * 24 + hour) * 60 + minute) * 60 + second
        return Date(timeIntervalSince1970: Double(whole) + Double(fraction) / Double(unit))
    }

    /// The instant of a `Date` header (RFC 9110, 5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`, or nil where the text has
    /// another form. Foundation's formatter would cost every run milliseconds.
    package static func http(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
            let month = CalendarDate.monthNames.firstIndex(of: String(parts[2])),
            let year = Int(parts[3]), let date = CalendarDate(year: year, month: month + 1, day: day)
        else { return nil }
        return self.date("\(date) \(parts[4])")
    }

    /// The same, written: to the second.
    package static func http(_ date: Date) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = CalendarDate(epochMilliseconds: milliseconds(date))
        let (year, month, number) = day.components
        let weekday = days[((day.daysSinceEpoch % days.count) + days.count) % days.count]
        return
            "\(weekday), \(zeroPadded(number, 2)) \(CalendarDate.monthNames[month - 1]) \(year) \(text(date).dropFirst(11).prefix(8)) GMT"
    }

    /// For JSON: ISO 8601 with milliseconds, `2020-02-03T04:05:06.789Z`.
    public static func iso8601(_ date: Date) -> String {
        text(date).replacing(" ", with: "T") + "Z"
    }

    /// A `JSONEncoder` strategy.
    @Sendable public static func encode(_ date: Date, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601(date))
    }

    /// A `JSONDecoder` strategy.
    @Sendable public static func decode(_ decoder: any Decoder) throws -> Date {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = date(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not an instant"))
        }
        return date
    }
}

extension CalendarDate {
    /// Today, UTC.
    package static var today: CalendarDate { CalendarDate(epochMilliseconds: Timestamp.milliseconds(Date())) }
}

/// Bytes as lower-case hexadecimal.
public enum Hexadecimal {
    /// So many bytes that nobody can foresee.
    package static func random(bytes: Int) -> String { text((0..<bytes).map { _ in UInt8.random(in: 0...255) }) }

    /// The text of some bytes.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
