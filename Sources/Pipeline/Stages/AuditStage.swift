import Foundation
import NearEarth
import Warehouse

extension Pipeline {
    /// Holds the staged batch against the batch rules; what they find is recorded either way.
    func audit(_ batch: Batch, _ work: RunContext, _ outcome: inout BatchOutcome) async throws(StageFailure) {
        let facts = try await inStore(batch, .audit) { () async throws(StoreError) in try await store.auditFacts(batch) }
        let results = BatchRule.results(facts)
        try await inStore(batch, .audit) { () async throws(StoreError) in try await store.recordAudit(results, of: batch, by: work.run) }
        guard !results.isRefusal else { throw StageFailure(batch, .audit, .audit(results.filter { !$0.passed && $0.severity == .batch })) }
        outcome.kind = .audited
        outcome.quarantined = facts.record.rejected ?? 0
    }
}
