/// The unit of work: an inclusive range of days that is extracted, landed, audited and published by itself.
public struct DateWindow: Sendable, Hashable, Comparable, Codable {
    /// First day.
    public let from: CalendarDate
    /// Last day, included; the day that names the window's files.
    public let to: CalendarDate

    /// NeoWs answers 8 calendar dates a call: its "7 days" are a difference (start to start + 7).
    public static let maximumDays = 8

    /// A window of `from` to `to`, both included. `to` must not be before `from`.
    public init(from: CalendarDate, to: CalendarDate) {
        precondition(from <= to, "a window ends before it starts")
        self.from = from
        self.to = to
    }

    /// How many days the window has.
    public var dayCount: Int { to.daysSinceEpoch - from.daysSinceEpoch + 1 }

    /// Every day of the window, in order.
    public var days: [CalendarDate] {
        (from.daysSinceEpoch...to.daysSinceEpoch).map(CalendarDate.init(daysSinceEpoch:))
    }

    /// Whether a day lies inside.
    public func contains(_ day: CalendarDate) -> Bool { from <= day && day <= to }

    /// The days of the window that are not among those that somebody lists.
    public func missingDays(listed: some Collection<CalendarDate>) -> [CalendarDate] {
        let listed = Set(listed)
        return days.filter { !listed.contains($0) }
    }

    /// The range cut into windows that one request each can answer: [d, d+7], [d+8, d+15], ... the last one shorter.
    public func windows(ofDays count: Int = DateWindow.maximumDays) -> [DateWindow] {
        stride(from: from.daysSinceEpoch, through: to.daysSinceEpoch, by: count).map { start in
            DateWindow(
                from: CalendarDate(daysSinceEpoch: start),
                to: min(to, CalendarDate(daysSinceEpoch: start + count - 1)))
        }
    }

    /// Days as stretches without a gap, in order.
    public static func stretches(of days: some Sequence<CalendarDate>) -> [DateWindow] {
        var stretches: [DateWindow] = []
        for day in days.sorted() {
            if let last = stretches.last, day <= last.to.adding(days: 1) {
                stretches[stretches.count - 1] = DateWindow(from: last.from, to: day)
            } else {
                stretches.append(DateWindow(from: day, to: day))
            }
        }
        return stretches
    }

    /// By first day, then by last.
    public static func < (left: DateWindow, right: DateWindow) -> Bool {
        (left.from, left.to) < (right.from, right.to)
    }
}

extension DateWindow: CustomStringConvertible {
    /// `2020-02-03..2020-02-10`
    public var description: String { "\(from)..\(to)" }
}
