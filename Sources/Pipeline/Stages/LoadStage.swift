import Logging
import NearEarth
import Warehouse

extension Pipeline {
    /// Staging, audit and publication in one transaction.
    func load(_ staged: StagedBatch, _ work: RunContext, _ outcome: inout BatchOutcome) async throws(StageFailure) {
        let loaded: LoadedBatch
        do throws(LoadFailure) {
            loaded = try await work.loads(staged)
        } catch {
            switch error {
            case .landing(let error): throw StageFailure(staged.batch, .transform, .landing(error))
            case .store(let error): throw StageFailure(staged.batch, .publish, Task.isCancelled ? .cancelled : .store(error))
            }
        }
        logAudit(loaded.results, of: staged.batch)
        guard let counts = loaded.counts else {
            throw StageFailure(staged.batch, .audit, .audit(loaded.results.filter { !$0.passed && $0.severity == .batch }))
        }
        outcome.counts = counts
        outcome.kind = .published
        logPublication(outcome)
    }

    private func logAudit(_ results: [QualityResult], of batch: Batch) {
        RunJournal.$place.withValue(RunJournal.place.map { RunJournal.Place(journal: $0.journal, batch: batch, stage: .audit) }) {
            logger.info("audit done", metadata: ["batch": "\(batch)", "rules": "\(results.count)", "failed": "\(results.count { !$0.passed })"])
        }
    }

    func logPublication(_ outcome: BatchOutcome) {
        logger.info(
            "Published.",
            metadata: [
                "batch": "\(outcome.batch)", "inserted": "\(outcome.counts.inserted)", "revised": "\(outcome.counts.revised)",
                "retired": "\(outcome.counts.retired)", "unchanged": "\(outcome.counts.unchanged)", "quarantined": "\(outcome.quarantined)",
            ])
    }
}
