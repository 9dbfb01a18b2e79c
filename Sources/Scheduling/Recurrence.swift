public import Foundation

/// When a schedule is due: at the times of a cron expression, or every so often from its start on.
public struct Recurrence: Sendable {
    enum Rule {
        /// The times of a cron expression, on the clocks of the zone.
        case cron(CronExpression)
        /// At the start, an interval later, and so on.
        case every(Interval)
    }

    let rule: Rule
    let start: Date
    let time: LocalTime

    /// The first due instant after `date`; nil where there is none within decades.
    public func next(after date: Date) -> Date? {
        let date = max(date, start.addingTimeInterval(-0.001))
        switch rule {
        case .cron(let cron): return cron.next(after: date, in: time)
        case .every(let interval):
            var count = turns(interval, until: date)
            while instant(interval, count) <= date { count += 1 }
            return instant(interval, count)
        }
    }

    /// Whether more than `count` turns may come within so many seconds. Of a cron expression the turns of its next hours
    /// are looked at, which are as close as any.
    public func hasMore(than count: Int, withinSeconds seconds: Int, from date: Date) -> Bool {
        switch rule {
        case .every(let interval): return count * (interval.days * 86_400 + interval.seconds) < seconds
        case .cron(let cron):
            // An hour has no more minutes.
            if count >= 60, seconds <= 3600 { return false }
            var turns: [Date] = []
            while turns.count < 2 * (count + 60), let turn = cron.next(after: turns.last ?? date, in: time) {
                turns.append(turn)
                guard turns.count > count else { continue }
                if turn.timeIntervalSince(turns[turns.count - 1 - count]) < Double(seconds) { return true }
            }
            return false
        }
    }

    /// The last due instant up to `date`; nil before the start.
    public func last(through date: Date) -> Date? {
        guard let found = before(date), found >= start else { return nil }
        return found
    }

    /// The instant that the days of a run due at `due` are counted from: the turn before it, as if the schedule had
    /// always been.
    func previous(of due: Date) -> Date {
        before(due.addingTimeInterval(-0.001)) ?? due.addingTimeInterval(-7 * 86_400)
    }

    private func before(_ date: Date) -> Date? {
        switch rule {
        case .cron(let cron): return cron.last(through: date, in: time)
        case .every(let interval):
            var count = turns(interval, until: date) + 2
            while instant(interval, count) > date { count -= 1 }
            return instant(interval, count)
        }
    }

    /// About how many intervals lie between the start and `date`, one too few rather than too many.
    private func turns(_ interval: Interval, until date: Date) -> Int {
        let length = Double(interval.days * 86_400 + interval.seconds)
        return Int((date.timeIntervalSince(start) / length).rounded(.down)) - 1
    }

    /// The `count`th turn, from 0.
    private func instant(_ interval: Interval, _ count: Int) -> Date {
        guard interval.days > 0 else { return start.addingTimeInterval(Double(count * interval.seconds)) }
        return time.instant(of: time.local(start) + count * interval.days * 86_400)
    }
}
