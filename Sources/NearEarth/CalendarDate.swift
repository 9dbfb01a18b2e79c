/// A day of the proleptic Gregorian calendar, as NeoWs writes it (`2020-02-03`), without clock or time zone.
///
/// NeoWs labels its days UTC; they are TDB days (about 69 s off), see `CloseApproach.observationDate`.
public struct CalendarDate: Sendable, Hashable, Comparable, Codable {
    /// Days since 1970-01-01; negative before.
    public let daysSinceEpoch: Int

    /// The day that many days after 1970-01-01.
    public init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// The day of a calendar date, or nil where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year)
        else { return nil }
        // Days from civil, Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// The date a text of exactly the form `YYYY-MM-DD` names, or nil.
    public init?(_ text: some StringProtocol) {
        self.init(ascii: Array(text.utf8))
    }

    /// The date that ten ASCII bytes `YYYY-MM-DD` name, or nil.
    @inlinable
    public init?(ascii bytes: some RandomAccessCollection<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard bytes.count == 10, bytes.dropFirst(4).first == dash, bytes.dropFirst(7).first == dash,
            let year = Self.number(bytes.prefix(4)), let month = Self.number(bytes.dropFirst(5).prefix(2)),
            let day = Self.number(bytes.suffix(2))
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day that NeoWs's `close_approach_date_full` names, ASCII bytes such as `2020-Feb-03 04:05`, to the minute,
    /// TDB; nil where they have another form.
    public init?(fullASCII bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 17, bytes[4] == UInt8(ascii: "-"), bytes[8] == UInt8(ascii: "-"),
            bytes[11] == UInt8(ascii: " "), bytes[14] == UInt8(ascii: ":"),
            let month = Self.monthNames.firstIndex(where: { $0.utf8.elementsEqual(bytes[5..<8]) }),
            let year = Self.number(bytes[0..<4]), let day = Self.number(bytes[9..<11]),
            let hour = Self.number(bytes[12..<14]), let minute = Self.number(bytes[15..<17]), hour < 24, minute < 60
        else { return nil }
        self.init(year: year, month: month + 1, day: day)
    }

    /// The months as NeoWs and HTTP abbreviate them, from `Jan`.
    public static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The number that a few ASCII digits stand for, or nil.
    @inlinable
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard digit &- 48 < 10 else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }

    /// The day in which an instant falls, `milliseconds` since 1970-01-01T00:00, negative before.
    public init(epochMilliseconds milliseconds: Int64) {
        let day: Int64 = 86_400_000
        self.daysSinceEpoch = Int(milliseconds / day - (milliseconds % day < 0 ? 1 : 0))
    }

    /// Year, month (1...12) and day (1...31).
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// How many days a month of a year has.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day `days` after this one (before, where negative).
    public func adding(days: Int) -> CalendarDate {
        CalendarDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    /// Earlier before later.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    /// From `YYYY-MM-DD`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = CalendarDate(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not a date YYYY-MM-DD"))
        }
        self = date
    }

    /// As `YYYY-MM-DD`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = components
        guard (0...9999).contains(year) else { return "\(year)-" + zeroPadded(month, 2) + "-" + zeroPadded(day, 2) }
        return String(unsafeUninitializedCapacity: 10) { text in
            for (position, digit) in [
                (0, year / 1000), (1, year / 100), (2, year / 10), (3, year), (5, month / 10), (6, month),
                (8, day / 10), (9, day),
            ] {
                text[position] = UInt8(ascii: "0") + UInt8(digit % 10)
            }
            (text[4], text[7]) = (UInt8(ascii: "-"), UInt8(ascii: "-"))
            return 10
        }
    }
}

/// A number with leading zeros up to `width` digits.
func zeroPadded(_ number: Int, _ width: Int, radix: Int = 10) -> String {
    let digits = String(number, radix: radix)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
