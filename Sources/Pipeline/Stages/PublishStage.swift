import NearEarth
import Warehouse

extension Pipeline {
    /// One transaction: rows, history, quarantine, days, batch and checkpoint.
    func publish(_ batch: Batch, _ work: RunContext, _ outcome: inout BatchOutcome) async throws(StageFailure) {
        outcome.counts = try await inStore(batch, .publish) { () async throws(StoreError) in
            try await store.publish(batch, by: work.run, movesCheckpoint: work.plan.movesCheckpoint)
        }
        outcome.kind = .published
        logPublication(outcome)
    }
}
