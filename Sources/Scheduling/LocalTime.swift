import Foundation
import NearEarth

/// The clock on the wall of a time zone. Local times are seconds since 1970-01-01T00:00 as that clock shows them.
struct LocalTime: Sendable, Hashable {
    let zone: TimeZone

    /// What an instant a local time is.
    enum Resolution: Equatable {
        case once(Date)
        /// The clock was set back: the time comes twice.
        case twice(Date, Date)
        /// The clock was set forward over it, at this instant.
        case skipped(Date)
    }

    /// What the clock shows at an instant.
    func local(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date) }

    /// The day on the wall.
    func day(of date: Date) -> CalendarDate { CalendarDate(epochMilliseconds: Int64(local(date)) * 1000) }

    /// The instant, or instants, of a local time.
    func resolve(_ local: Int) -> Resolution {
        // No zone is further than 14 hours from UTC, and none changes its clock twice in so short a time.
        let (before, after) = (offset(local - 26 * 3600), offset(local + 26 * 3600))
        guard before != after else { return .once(instant(local - before)) }
        let candidates = [local - before, local - after].filter { local - $0 == offset($0) }
        switch candidates.count {
        case 2: return .twice(instant(candidates[0]), instant(candidates[1]))
        case 1: return .once(instant(candidates[0]))
        default: return .skipped(change(between: local - after, and: local - before))
        }
    }

    /// The first second with the second one's offset.
    private func change(between early: Int, and late: Int) -> Date {
        var (low, high) = (early, late)
        let target = offset(late)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(middle) == target { high = middle } else { low = middle }
        }
        return instant(high)
    }

    private func offset(_ seconds: Int) -> Int { zone.secondsFromGMT(for: instant(seconds)) }
    private func instant(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
}
