import Foundation
import NearEarth

/// The clock on the wall of a time zone. Local times are seconds since 1970-01-01T00:00 as that clock shows them.
struct LocalTime: Sendable {
    let zone: TimeZone

    /// What the clock shows at an instant.
    func local(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date) }

    /// The day on the wall.
    func day(of date: Date) -> CalendarDate { CalendarDate(epochMilliseconds: Int64(local(date)) * 1000) }

    /// The instants of a local time, ascending: two where the clock was set back, none where it was set forward over it.
    func instants(of local: Int) -> [Date] {
        let (before, after) = offsets(around: local)
        guard before != after else { return [date(local - before)] }
        return [date(local - before), date(local - after)].filter { self.local($0) == local }
    }

    /// The first instant of a local time; where the clock was set forward over it, the moment of that change.
    func instant(of local: Int) -> Date {
        if let first = instants(of: local).first { return first }
        let (before, after) = offsets(around: local)
        var (early, late) = (local - after, local - before)
        while late - early > 1 {
            let middle = early + (late - early) / 2
            if offset(middle) == after { late = middle } else { early = middle }
        }
        return date(late)
    }

    /// No zone is further than 14 hours from UTC, and none changes its clock twice in so short a time.
    private func offsets(around local: Int) -> (before: Int, after: Int) {
        (offset(local - 26 * 3600), offset(local + 26 * 3600))
    }

    private func offset(_ seconds: Int) -> Int { zone.secondsFromGMT(for: date(seconds)) }
    private func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
}
