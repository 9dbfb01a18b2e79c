import Landing
import NearEarth
import NeoWs
import Transform
import Warehouse

extension Pipeline {
    /// Raw to rows: the processed CSV into the landing zone; the rows and the rejects are the store's to take.
    func transform(_ batch: Batch, _ evidence: Evidence, _ outcome: inout BatchOutcome) async throws(StageFailure) -> StagedBatch {
        let landed = evidence.landed
        let bytes = try await inLanding(batch, .transform) { () async throws(LandingError) in
            if let bytes = evidence.bytes { bytes } else { try await landing.read(landed) }
        }
        let result = try embedded(bytes, batch, landed)
        let processed = try await inLanding(batch, .transform) { () async throws(LandingError) in
            try await landing.keepProcessed(ProcessedCSV.header + result.csv, for: landed)
        }
        outcome.quarantined = result.rejectedRecords
        outcome.processedFile = processed
        return StagedBatch(
            batch: batch, landed: landed.facts, processedFile: processed, elementCount: result.summary.elementCount,
            listed: result.summary.objects, records: result.records, rejectedRecords: result.rejectedRecords,
            days: result.summary.days.map { .init(date: $0.date, listed: $0.objects) }, rows: result.rows, orbits: result.orbits,
            quarantined: result.rejected.map(QuarantinedRecord.init))
    }

    /// Rows into the store's staging table, where the audit and the publication are other commands' work.
    func stage(_ staged: StagedBatch, _ work: RunContext, _ outcome: inout BatchOutcome) async throws(StageFailure) {
        try await inLanding(staged.batch, .transform) { () async throws(LandingError) in try await landing.settle() }
        try await inStore(staged.batch, .transform) { () async throws(StoreError) in try await store.stage(staged, by: work.run) }
        outcome.kind = .transformed
    }

    private func embedded(_ bytes: [UInt8], _ batch: Batch, _ landed: LandedBody) throws(StageFailure) -> EmbeddedEngine.Result {
        let buffer = BodyBuffer(bytes)
        do throws(ScanError) {
            return try EmbeddedEngine.transform(buffer)
        } catch {
            throw StageFailure(batch, .transform, .body(error, file: landed.file))
        }
    }
}

extension QuarantinedRecord {
    init(_ rejected: RejectedRecord) {
        self.init(
            rule: rejected.rule.rawValue, path: rejected.path, recordPath: rejected.recordPath, value: rejected.value, reason: rejected.reason,
            spkID: rejected.spkID, record: rejected.record)
    }
}
