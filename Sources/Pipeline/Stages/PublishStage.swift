import Logging
import NearEarth
import Support
import Warehouse

extension Pipeline {
    /// One transaction: data, history, log, quarantine and checkpoint. A refusal of the newest answer is a failure of
    /// the audit, once what was accepted is published and the refusal is in the log.
    func publish(_ audited: AuditedBatch) async throws -> PublishedBatch {
        let batch = audited.batch
        if audited.plan.stages.lowerBound == .publish { try require(before: .publish, audited.transformed) }
        let counts = try await audited.context.publications(audited)
        if let refusal = audited.refusal { throw StageFailure(batch, .audit, .audit(refusal), published: counts) }
        logger.info(
            "Published.",
            metadata: [
                "batch": "\(batch)", "inserted": "\(counts.inserted)", "revised": "\(counts.revised)",
                "retired": "\(counts.retired)", "unchanged": "\(counts.unchanged)",
                "quarantined": "\(audited.transformed.quarantined ?? 0)",
            ])
        return PublishedBatch(audited: audited, counts: counts)
    }
}
