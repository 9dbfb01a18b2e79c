public import Foundation
public import Logging
import Support
public import Warehouse

/// Works off a schedule: takes one slot at a time from the ledger, has it carried out, and writes down how it ended.
///
/// All of its state is in the ledger: it may be killed anywhere, and any number of them may work on one store.
public struct Scheduler: Sendable {
    /// What became of a step.
    public enum Step: Sendable {
        /// A slot was carried out, or interrupted.
        case ran(SlotRecord, SlotEnd)
        /// Another server is at this slot.
        case held(SlotRecord)
        /// Nothing is due before this moment; nil where the schedule rests.
        case idle(next: Date?)
    }

    private let ledger: Store
    private let process: ProcessIdentity
    private let logger: Logger
    private let carryOut: @Sendable (SlotRecord, ScheduleRecord) async -> SlotEnd

    /// A scheduler. `carryOut` does a slot's work; where its task is cancelled it ends with `waiting`.
    public init(
        ledger: Store, process: ProcessIdentity = .current, logger: Logger,
        carryOut: @escaping @Sendable (SlotRecord, ScheduleRecord) async -> SlotEnd
    ) {
        self.ledger = ledger
        self.process = process
        self.logger = logger
        self.carryOut = carryOut
    }

    /// The name of the schedule that `perigee serve` runs.
    public static let only = "default"

    /// Takes the next slot, if any, and sees it through.
    public func step() async throws(StoreError) -> Step {
        switch try await ledger.claimSlot(of: Self.only, by: process) {
        case .held(let slot): return .held(slot)
        case .idle(let next): return .idle(next: next)
        case .granted(let slot):
            guard let schedule = try await ledger.schedule(Self.only) else { return .idle(next: nil) }
            let end = await withTaskGroup(of: SlotEnd?.self) { group in
                group.addTask { await carryOut(slot, schedule) }
                group.addTask {
                    await keepAlive(slot)
                    return nil
                }
                var ended: SlotEnd?
                while let next = await group.next() {
                    if let next { ended = next }
                    // Whichever comes first: the work's end, or the loss of the slot; the other one is stopped.
                    group.cancelAll()
                }
                return ended ?? SlotEnd(state: .waiting)
            }
            if try await !ledger.finish(slot, end) {
                logger.warning("Another server took the slot over.", metadata: ["slot": "\(slot.slot)"])
            }
            return .ran(slot, end)
        }
    }

    /// Shows that this server lives; returns where another one has taken the slot over.
    private func keepAlive(_ slot: SlotRecord) async {
        while (try? await Task.sleep(for: .seconds(Store.leaseSeconds / 4))) != nil {
            if let isOurs = try? await ledger.heartbeat(slot), !isOurs { return }
        }
    }
}
