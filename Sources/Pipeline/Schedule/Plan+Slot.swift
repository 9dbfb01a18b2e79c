import Foundation
import NearEarth
import Scheduling
public import Warehouse

extension Plan {
    /// What a slot asks for. A turn is about its days and the look-back before them, and the newest turn about the days
    /// to come as well, from bodies not older than the moment it was due. What is asked for by hand is about its own
    /// days alone.
    public init(for slot: SlotRecord, of schedule: ScheduleRecord, _ store: Store) async throws {
        let definition = schedule.definition
        switch slot.task {
        case .replay: self = try await .replay(ofOpenIn: store)
        case .backfill: self.init(command: "backfill", range: slot.window)
        case .trigger:
            self.init(command: "trigger", range: slot.window)
            // What is still to come is not done with.
            (freshSince, checkpointLimit) = (slot.due, min(slot.to, .today))
        case .turn:
            let next = try definition.recurrence(from: schedule.start).next(after: slot.due)
            let isNewest = next.map { $0 > Date() } ?? true
            let coming = isNewest ? CalendarDate.today.adding(days: definition.ahead) : slot.to
            self.init(
                command: "schedule",
                range: DateWindow(from: slot.from.adding(days: -definition.lookBack), to: max(slot.to, coming)))
            (freshSince, checkpointLimit) = (slot.due, slot.to)
        }
        policy = StagePolicy(
            attempts: definition.retries + 1, delay: .seconds(definition.retryDelay),
            timeout: definition.stageTimeout > 0 ? .seconds(definition.stageTimeout) : nil)
    }

    /// The bodies that open quarantine entries are of, transformed again. NASA is not asked.
    public static func replay(ofOpenIn store: Store) async throws(StoreError) -> Plan {
        let open = try await store.quarantine(limit: 1_000_000)
        var plan = Plan(command: "replay", batches: Set(open.map(\.batch)).sorted().compactMap(Batch.init(name:)))
        plan.again = true
        plan.stages = .transform ... .publish
        return plan
    }
}
