import Charts
import Foundation
import NearEarth
import Warehouse

/// Figures as people read them.
enum Words {
    /// A whole number with commas between thousands.
    static func count(_ number: Int) -> String { number.grouped(minus: "\u{2212}") }

    /// A number of things: `1 window`, `4 windows`.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// Three significant digits, with a true minus.
    static func significant(_ value: Double) -> String {
        let size = abs(value)
        let sign = value < 0 && size > 0 ? "\u{2212}" : ""
        guard size > 0 else { return "0" }
        // Rounded first: 9.996 is 10.0, not 10.00.
        let magnitude = pow(10, floor(log10(size)) - 2)
        let rounded = (size / magnitude).rounded() * magnitude
        if rounded >= 100 { return sign + count(Int(rounded.rounded())) }
        let places = min(6, 2 - Int(floor(log10(rounded) + 1e-9)))
        return sign + Decimals.text(rounded, places)
    }

    /// One decimal: speeds and magnitudes.
    static func decimal(_ value: Double) -> String { Decimals.text(value, 1) }

    /// A range of diameters, from meters: `12–28 m`, `0.3–0.7 km`.
    static func diameter(_ range: (least: Double, most: Double)?) -> String {
        guard let range else { return "unknown" }
        guard range.most >= 1000 else { return "\(meters(range.least))–\(meters(range.most)) m" }
        return "\(significant2(range.least / 1000))–\(significant2(range.most / 1000)) km"
    }

    /// The same in a sentence: `12 to 28 m`.
    static func across(_ range: (least: Double, most: Double)?) -> String {
        diameter(range).replacing("–", with: " to ")
    }

    private static func meters(_ value: Double) -> String {
        value < 1 ? Decimals.text(value, 1) : count(Int(value.rounded()))
    }

    private static func significant2(_ value: Double) -> String {
        value >= 10 ? count(Int(value.rounded())) : Decimals.text(value, value < 1 ? 2 : 1)
    }

    /// What is about as long: by the mean diameter in meters.
    static func comparison(_ meters: Double) -> String {
        switch meters {
        case ..<7: "a car"
        case ..<14: "a bus"
        case ..<25: "a semi truck"
        case ..<45: "a blue whale"
        case ..<95: "a jumbo jet"
        case ..<160: "a soccer field"
        case ..<350: "a stadium"
        case ..<700: "a skyscraper"
        default: "a mountain"
        }
    }

    /// A time span from seconds: `in 6 d 14 h`, `12 h 9 min`.
    static func span(_ seconds: Double) -> String {
        let minutes = Int((abs(seconds) / 60).rounded(.down))
        let (days, hours) = (minutes / 1440, minutes / 60 % 24)
        switch minutes {
        case 0: return "less than a minute"
        case ..<60: return "\(minutes) min"
        case ..<1440: return minutes % 60 == 0 ? "\(hours) h" : "\(hours) h \(minutes % 60) min"
        case ..<14_400: return hours == 0 ? "\(days) d" : "\(days) d \(hours) h"
        case ..<1_051_200: return "\(days) d"
        default: return "\(days / 365) years"
        }
    }

    /// How long ago: `26 min ago`.
    static func ago(_ seconds: Double) -> String { "\(span(seconds)) ago" }

    /// Seconds of work: `4.1 s`, `2 min 5 s`.
    static func work(_ seconds: Double) -> String {
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 120 { return "\(Decimals.text(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        return whole < 7200 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// The weekday's name.
    static func weekday(_ date: CalendarDate) -> String {
        weekdays[((date.daysSinceEpoch + 3) % 7 + 7) % 7]
    }

    /// `August 20`, with the year where it is not this one.
    static func day(_ date: CalendarDate, year: Int? = nil) -> String {
        let parts = date.components
        let text = "\(months[parts.month - 1]) \(parts.day)"
        return parts.year == year ? text : "\(text), \(parts.year)"
    }

    /// `Aug 20`, with the year where it is not this one.
    static func short(_ date: CalendarDate, year: Int? = nil) -> String {
        let parts = date.components
        let text = "\(CalendarDate.monthNames[parts.month - 1]) \(parts.day)"
        return parts.year == year ? text : "\(text), \(parts.year)"
    }

    /// `Thu Aug 20`.
    static func weekdayAndDay(_ date: CalendarDate, year: Int?) -> String {
        "\(weekday(date).prefix(3)) \(short(date, year: year))"
    }

    /// A range of days: `September 17 to 24`, `Jul 15 to Oct 13`.
    static func range(_ from: CalendarDate, _ to: CalendarDate, year: Int?) -> String {
        if from == to { return short(from, year: year) }
        let (first, last) = (from.components, to.components)
        if first.year == last.year, first.month == last.month {
            return "\(short(from, year: first.year))–\(last.day)\(last.year == year ? "" : ", \(last.year)")"
        }
        guard first.year == last.year else { return "\(short(from))–\(short(to))" }
        return "\(short(from, year: first.year))–\(short(to, year: year))"
    }
}

/// The clock that times are shown in: TDB as NASA's, or a zone of the reader's.
struct Zone: Sendable {
    /// As it stands in the URL; nil for TDB.
    let identifier: String?
    private let zone: TimeZone?

    /// NASA's.
    static let dynamical = Zone(identifier: nil, zone: nil)

    private init(identifier: String?, zone: TimeZone?) { (self.identifier, self.zone) = (identifier, zone) }

    /// A zone by its name in the tz database; nil for an unknown one.
    init?(_ name: String) {
        guard name.utf8.count <= 40, let zone = TimeZone(identifier: name), zone.identifier == name || name == "UTC"
        else { return nil }
        self.init(identifier: name, zone: zone)
    }

    /// What stands behind a time.
    var label: String { identifier.map { $0 == "UTC" ? "UTC" : $0.replacing("_", with: " ") } ?? "TDB" }

    /// The day and the time of day of an instant on NASA's clock (milliseconds since 1970, TDB), to the minute.
    func show(_ epoch: Int64) -> (day: CalendarDate, time: String) {
        var local = epoch
        if let zone {
            let instant = Timestamp.date(milliseconds: epoch - Units.millisecondsTDBAheadOfUTC)
            local = Timestamp.milliseconds(instant) + Int64(zone.secondsFromGMT(for: instant)) * 1000
            // To the nearest minute: NASA's are whole ones on its own clock.
            local = Int64((Double(local) / 60_000).rounded()) * 60_000
        }
        return (CalendarDate(epochMilliseconds: local), Self.time(local))
    }

    /// The same of an instant of ours.
    func show(_ date: Date) -> (day: CalendarDate, time: String) {
        show(Timestamp.milliseconds(date) + Units.millisecondsTDBAheadOfUTC)
    }

    private static func time(_ milliseconds: Int64) -> String {
        let minutes = Int((milliseconds % 86_400_000 + 86_400_000) % 86_400_000 / 60_000)
        let (hour, minute) = (minutes / 60, minutes % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// An instant of the ledger: `Aug 14 08:46`, UTC.
    static func utc(_ date: Date, year: Int?) -> String {
        let milliseconds = Timestamp.milliseconds(date)
        return "\(Words.short(CalendarDate(epochMilliseconds: milliseconds), year: year)) \(time(milliseconds))"
    }

    /// `08:46`, UTC.
    static func utcTime(_ date: Date) -> String { time(Timestamp.milliseconds(date)) }
}

/// What distances are shown in.
enum DistanceUnit: String, CaseIterable {
    case lunar = "ld", kilometers = "km", astronomical = "au"

    var label: String {
        switch self {
        case .lunar: "LD"
        case .kilometers: "km"
        case .astronomical: "au"
        }
    }

    /// A distance in km, in this unit.
    func value(_ kilometers: Double) -> Double {
        switch self {
        case .lunar: kilometers / Units.kilometersPerLunarDistance
        case .kilometers: kilometers
        case .astronomical: kilometers / Units.kilometersPerAU
        }
    }

    /// Three significant digits; km are rounded to as many.
    func text(_ kilometers: Double) -> String {
        let value = value(kilometers)
        guard self == .kilometers, value >= 1000 else { return Words.significant(value) }
        let magnitude = pow(10, floor(log10(value)) - 2)
        return Words.count(Int((value / magnitude).rounded() * magnitude))
    }

    /// With the unit as a sentence says it.
    func spelledOut(_ kilometers: Double) -> String {
        self == .lunar ? "\(text(kilometers)) lunar distances" : withUnit(kilometers)
    }

    /// With the unit behind it.
    func withUnit(_ kilometers: Double) -> String { "\(text(kilometers)) \(label)" }
}
