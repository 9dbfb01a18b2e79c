import Logging
import NearEarth
import Warehouse

extension Pipeline {
    /// One transaction: rows, history, quarantine, days, batch and checkpoint.
    func publish(_ batch: Batch, _ plan: Plan, _ run: RunID, _ outcome: inout BatchOutcome) async throws(StageFailure) {
        outcome.counts = try await inStore(batch, .publish) { () async throws(StoreError) in
            try await store.publish(batch, by: run, movesCheckpoint: plan.movesCheckpoint)
        }
        outcome.kind = .published
        logger.info(
            "Published.",
            metadata: [
                "batch": "\(batch)", "inserted": "\(outcome.counts.inserted)", "revised": "\(outcome.counts.revised)",
                "retired": "\(outcome.counts.retired)", "unchanged": "\(outcome.counts.unchanged)", "quarantined": "\(outcome.quarantined)",
            ])
    }
}
