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

    /// The turn that was due at an instant, and covers the days since another one.
    fileprivate init(due: Date, since start: Date) {
        let utc = LocalTime(zone: .gmt)
        let to = utc.day(of: due)
        self.init(due: due, window: DateWindow(from: min(utc.day(of: start), to), to: to))
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
        next = recurrence.next(after: processedThrough ?? .distantPast)
        guard let first = next, first <= now else { return }
        let newest = definition.catchup ? first : recurrence.last(through: now) ?? first
        if definition.catchup {
            // From where it was left, not from the turn before: the schedule may have been another one until now.
            due = Turn(due: first, since: processedThrough ?? recurrence.previous(of: first))
        } else {
            let isMissed =
                now.timeIntervalSince(newest) > Double(definition.misfireGrace) && definition.misfire == .skip
            let lastSkipped = isMissed ? newest : recurrence.previous(of: newest)
            if lastSkipped >= first { skipped = Turn(due: lastSkipped, since: recurrence.previous(of: first)) }
            if !isMissed { due = Turn(due: newest, since: recurrence.previous(of: newest)) }
        }
        self.processedThrough = newest
        next = recurrence.next(after: newest)
    }
}
