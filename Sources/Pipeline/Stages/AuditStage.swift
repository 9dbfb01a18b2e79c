import Foundation
import NearEarth
import Warehouse

extension Pipeline {
    /// Holds the staged batch against the batch rules; what they find is recorded either way.
    func audit(_ batch: Batch, _ run: RunID, _ outcome: inout BatchOutcome) async throws(StageFailure) {
        let facts = try await inStore(batch, .audit) { () async throws(StoreError) in try await store.auditFacts(batch) }
        let results = BatchRule.allCases.compactMap { $0.check(facts, window: batch.window, now: Date()) } + BatchRule.recordRules(facts)
        try await inStore(batch, .audit) { () async throws(StoreError) in try await store.recordAudit(results, of: batch, by: run) }
        let refusals = results.filter { !$0.passed && $0.severity == .batch }
        guard refusals.isEmpty else { throw StageFailure(batch, .audit, .audit(refusals)) }
        outcome.kind = .audited
        outcome.quarantined = facts.record.rejected ?? 0
    }
}
