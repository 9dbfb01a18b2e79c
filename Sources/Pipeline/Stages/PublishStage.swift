import Logging
import NearEarth
import Support
import Warehouse

extension Pipeline {
    /// One transaction: data, history, log, quarantine and checkpoint. A refusal of the newest answer is a failure of
    /// the audit, once what was accepted is published and the refusal is in the log.
    func publish(_ audited: AuditedBatch, _ known: KnownBatch, _ context: RunContext) async throws -> BatchOutcome {
        if context.plan.stages.lowerBound == .publish { try require(before: .publish, audited.transformed, known) }
        var outcome = audited.transformed.outcome(.published)
        outcome.counts = try await context.publications(audited)
        if let refusal = audited.refusal {
            throw StageFailure(audited.batch, .audit, .audit(refusal), published: outcome.counts)
        }
        logger.info(
            "Published.",
            metadata: [
                "batch": "\(outcome.batch)", "inserted": "\(outcome.counts.inserted)",
                "revised": "\(outcome.counts.revised)",
                "retired": "\(outcome.counts.retired)", "unchanged": "\(outcome.counts.unchanged)",
                "quarantined": "\(outcome.quarantined ?? 0)",
            ])
        return outcome
    }
}
