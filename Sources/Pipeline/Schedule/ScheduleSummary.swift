public import Foundation
public import Scheduling
public import Warehouse

/// The schedule as people see it; as JSON, schema `perigee.schedule/1`.
public struct ScheduleSummary: Encodable, Sendable {
    private let schema = "perigee.schedule/1"
    /// What it is.
    public var definition: ScheduleDefinition
    /// Before this nothing is due.
    public var start: Date
    /// Up to here its turns are dealt with.
    public var settled: Date?
    /// The next turn.
    public var next: Date?
    /// Whether it rests.
    public var paused: Bool
    /// Its last slots, the newest first.
    public var slots: [SlotRecord]
}

extension Store {
    /// The store's schedule with its last slots; nil where there is none.
    public func scheduleSummary(slots limit: Int) async throws -> ScheduleSummary? {
        guard let schedule = try await schedule(Scheduler.only) else { return nil }
        let backlog = try Backlog(
            schedule.definition, start: schedule.start, processedThrough: schedule.processedThrough, now: .distantPast)
        return ScheduleSummary(
            definition: schedule.definition, start: schedule.start, settled: schedule.processedThrough,
            next: backlog.next, paused: schedule.isPaused, slots: try await slots(of: schedule.name, limit: limit))
    }
}
