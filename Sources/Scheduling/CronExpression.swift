import Foundation
import NearEarth

/// A cron expression of five fields (minute, hour, day of the month, month, day of the week), as in crontab(5): names,
/// ranges, lists, steps, `@hourly` to `@yearly`; a day matches either of the two day fields where both are restricted.
///
/// Where clocks change: a time that is skipped is due at the moment of the change, one that comes twice is due the
/// first time. With a wild hour (`*/30 * * * *`) every turn counts as it comes.
struct CronExpression: Sendable {
    private let minute: CronField
    private let hour: CronField
    private let day: CronField
    private let month: CronField
    private let weekday: CronField

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads an expression.
    init(_ text: String) throws(ScheduleError) {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        let fields = (Self.macros[trimmed.lowercased()] ?? trimmed).split(whereSeparator: \.isWhitespace).map(
            String.init)
        guard fields.count == 5 else {
            throw .badCron(
                text,
                why: "has \(fields.count) fields instead of 5 (minute, hour, day of the month, month, day of the week)")
        }
        minute = try CronField(fields[0], "minute", 0...59, of: text)
        hour = try CronField(fields[1], "hour", 0...23, of: text)
        day = try CronField(fields[2], "day of the month", 1...31, of: text)
        month = try CronField(fields[3], "month", 1...12, names: Self.months, of: text)
        weekday = try CronField(fields[4], "day of the week", 0...7, names: Self.weekdays, of: text)
        guard next(after: Date(timeIntervalSince1970: 0), in: LocalTime(zone: .gmt)) != nil else {
            throw .badCron(text, why: "names a day that never comes")
        }
    }

    /// How far a search goes, days: February 29th may be 8 years away (1896 to 1904), and then fall on the wrong day
    /// for long.
    private static let horizon = 366 * 41

    /// The first instant after `date`, or nil where there is none within 40 years.
    func next(after date: Date, in time: LocalTime) -> Date? {
        search(from: date, by: 1, in: time) { $0.first { $0 > date } }
    }

    /// The last instant up to `date`, or nil where there is none within 40 years.
    func last(through date: Date, in time: LocalTime) -> Date? {
        search(from: date, by: -1, in: time) { $0.last { $0 <= date } }
    }

    /// What is found in the instants of the first day that has it, from the day of `date` onwards or backwards.
    private func search(from date: Date, by step: Int, in time: LocalTime, _ pick: ([Date]) -> Date?) -> Date? {
        let today = time.day(of: date)
        for offset in -1...Self.horizon {
            if let found = pick(occurrences(on: today.adding(days: step * offset), in: time)) { return found }
        }
        return nil
    }

    /// The instants of a local day, ascending.
    private func occurrences(on date: CalendarDate, in time: LocalTime) -> [Date] {
        guard matches(date) else { return [] }
        var found: Set<Date> = []
        for hour in hour.values {
            for minute in minute.values {
                let local = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60
                found.formUnion(self.hour.isWild ? time.instants(of: local) : [time.instant(of: local)])
            }
        }
        return found.sorted()
    }

    private func matches(_ date: CalendarDate) -> Bool {
        // 1970-01-01 was a Thursday.
        let weekday = ((date.daysSinceEpoch + 4) % 7 + 7) % 7
        let isDay = day.values.contains(date.components.day)
        let isWeekday = self.weekday.values.contains(weekday)
        return month.values.contains(date.components.month)
            && (day.isWild || self.weekday.isWild ? isDay && isWeekday : isDay || isWeekday)
    }
}
