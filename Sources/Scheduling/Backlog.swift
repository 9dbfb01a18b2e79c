public import Foundation
public import NearEarth

/// A turn of a schedule: when it was due and the days it covers (UTC, as NeoWs has them).
public struct Turn: Sendable, Hashable {
    /// When it was due.
    public var due: Date
    /// From the day of the turn before to the day it was due, both included.
    public var window: DateWindow

    /// A turn from its parts.
    public init(due: Date, window: DateWindow) {
        self.due = due
        self.window = window
    }
}

/// What a schedule owes at a moment. Pure: state and time come in from outside.
public struct Backlog: Sendable, Hashable {
    /// Turns that are passed over, as one; nil where there are none.
    public var skipped: Turn?
    /// The turn to run now; nil where none is due.
    public var due: Turn?
    /// Up to where its turns are dealt with once `skipped` and `due` are dealt with.
    public var processedThrough: Date?
    /// When to look again; nil where nothing ever comes.
    public var next: Date?

    /// What is owed at `now` by a schedule that began at `start`; its turns are dealt with up to `processedThrough`.
    public init(_ definition: ScheduleDefinition, start: Date, processedThrough: Date?, now: Date) throws(ScheduleError)
    {
        let recurrence = try definition.recurrence(from: start)
        self.processedThrough = processedThrough
        guard let first = recurrence.next(after: processedThrough ?? .distantPast), first <= now else {
            next = recurrence.next(after: processedThrough ?? .distantPast)
            return
        }
        if definition.catchup {
            // From where it was left, not from the turn before: the schedule may have been another one until now.
            due = Turn(due: first, window: Self.days(processedThrough ?? recurrence.previous(of: first), first))
            self.processedThrough = first
        } else {
            let newest = recurrence.last(through: now) ?? first
            let isMissed =
                now.timeIntervalSince(newest) > Double(definition.misfireGrace) && definition.misfire == .skip
            let lastSkipped = isMissed ? newest : recurrence.previous(of: newest)
            if lastSkipped >= first {
                skipped = Turn(due: lastSkipped, window: Self.days(recurrence.previous(of: first), lastSkipped))
            }
            if !isMissed { due = Turn(due: newest, window: Self.days(recurrence.previous(of: newest), newest)) }
            self.processedThrough = newest
        }
        next = recurrence.next(after: self.processedThrough ?? now)
    }

    private static func days(_ from: Date, _ to: Date) -> DateWindow {
        let (first, last) = (day(from), day(to))
        return DateWindow(from: min(first, last), to: last)
    }

    private static func day(_ date: Date) -> CalendarDate {
        CalendarDate(epochMilliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded(.down)))
    }
}
