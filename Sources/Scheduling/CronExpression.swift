import Foundation
import NearEarth

/// A cron expression of five fields (minute, hour, day of the month, month, day of the week), as in crontab(5): names,
/// ranges, lists, steps, `@hourly` to `@yearly`; a day matches either of the two day fields where both are restricted.
///
/// Where clocks change: a time that is skipped is due at the moment of the change, one that comes twice is due the
/// first time. With a wild hour (`*/30 * * * *`) every turn counts as it comes.
public struct CronExpression: Sendable, Hashable {
    /// The expression as given.
    public let text: String
    private let minute: CronField
    private let hour: CronField
    private let day: CronField
    private let month: CronField
    private let weekday: CronField

    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *",
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads an expression.
    public init(_ text: String) throws(ScheduleError) {
        self.text = text
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        let fields = (Self.macros[trimmed.lowercased()] ?? trimmed).split(whereSeparator: \.isWhitespace).map(
            String.init)
        guard fields.count == 5 else {
            throw .badCron(
                text,
                why: "has \(fields.count) fields instead of 5 (minute, hour, day of the month, month, day of the week)")
        }
        func field(_ index: Int, _ kind: CronField.Kind) throws(ScheduleError) -> CronField {
            do throws(CronField.Problem) {
                return try CronField.parse(fields[index], kind).get()
            } catch {
                throw .badCron(text, why: error.text)
            }
        }
        minute = try field(0, .minute)
        hour = try field(1, .hour)
        day = try field(2, .day)
        month = try field(3, .month)
        weekday = try field(4, .weekday)
        guard next(after: Date(timeIntervalSince1970: 0), in: LocalTime(zone: .gmt)) != nil else {
            throw .badCron(text, why: "names a day that never comes")
        }
    }

    /// How far a search goes, days: February 29th may be 8 years away (1896 to 1904), and then fall on the wrong day
    /// for long.
    private static let horizon = 366 * 41

    /// The first instant after `date`, or nil where there is none within 40 years.
    func next(after date: Date, in time: LocalTime) -> Date? {
        let today = time.day(of: date)
        for offset in -1...Self.horizon {
            if let found = occurrences(on: today.adding(days: offset), in: time).first(where: { $0 > date }) {
                return found
            }
        }
        return nil
    }

    /// The last instant up to `date`, or nil.
    func last(through date: Date, in time: LocalTime) -> Date? {
        let today = time.day(of: date)
        for offset in -1...Self.horizon {
            if let found = occurrences(on: today.adding(days: -offset), in: time).last(where: { $0 <= date }) {
                return found
            }
        }
        return nil
    }

    /// The instants of a local day, ascending.
    func occurrences(on date: CalendarDate, in time: LocalTime) -> [Date] {
        guard matches(date) else { return [] }
        var found: Set<Date> = []
        for hour in hour.values {
            for minute in minute.values {
                switch time.resolve(date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60) {
                case .once(let instant): found.insert(instant)
                case .twice(let first, let second):
                    found.insert(first)
                    if self.hour.isWild { found.insert(second) }
                case .skipped(let change): if !self.hour.isWild { found.insert(change) }
                }
            }
        }
        return found.sorted()
    }

    private func matches(_ date: CalendarDate) -> Bool {
        let (_, month, day) = date.components
        guard self.month.contains(month) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = ((date.daysSinceEpoch + 4) % 7 + 7) % 7
        let (isDay, isWeekday) = (self.day.contains(day), self.weekday.contains(weekday))
        return self.day.isWild || self.weekday.isWild ? isDay && isWeekday : isDay || isWeekday
    }
}
