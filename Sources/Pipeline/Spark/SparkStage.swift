import Landing
import NearEarth
import NeoWs
import SparkConnect
import Transform
import Warehouse

extension Pipeline {
    /// Where a run's batches meet for the cluster; nil for the embedded engine, and where nothing is to be transformed.
    func gathering(_ plan: Plan, _ run: RunID) -> Gathering? {
        guard let spark, plan.stages.contains(.transform) else { return nil }
        let store = store
        return Gathering(engine: spark, landing: landing.location, expected: plan.batches.count, log: ClusterLog(logger)) { batches async throws(StoreError) in
            try await store.clearStaging(batches, by: run)
        }
    }

    /// Raw to rows on the cluster, with the run's other batches in one job. Rows that executors wrote into the store's staging table are
    /// counted there; others come with the batch.
    func transform(_ batch: Batch, _ landed: LandedBody, _ gathering: Gathering, _ outcome: inout BatchOutcome) async throws(StageFailure) -> StagedBatch {
        // In a call of its own: nothing of a body is kept here while the cluster works.
        try await add(landed, batch, to: gathering)
        let output = try await onCluster(batch) { () async throws(Gathering.Failure) in try await gathering.output(of: batch) }
        let rows: ApproachRows
        do throws(SparkEngineError) {
            rows = ApproachRows(try SparkJob.approaches(of: output), source: batch.source)
        } catch {
            throw StageFailure(batch, .transform, .engine(error))
        }
        outcome.quarantined = output.rejectedRecords
        outcome.processedFile = landed.processedFile
        var staged = StagedBatch(
            batch: batch, landed: landed.facts, processedFile: landed.processedFile, elementCount: output.summary.elementCount,
            listed: output.summary.objects, records: output.records, rejectedRecords: output.rejectedRecords,
            days: output.summary.days.map { .init(date: $0.date, listed: $0.objects) }, rows: rows, orbits: output.orbits,
            quarantined: output.rejected.map(QuarantinedRecord.init))
        if spark?.table != nil { staged.rowsInStaging = output.rows }
        return staged
    }

    /// Renders a landed body for the cluster.
    private func add(_ landed: LandedBody, _ batch: Batch, to gathering: Gathering) async throws(StageFailure) {
        let bytes = try await inLanding(batch, .transform) { () async throws(LandingError) in try await landing.read(landed) }
        let rendition: Rendition
        do throws(ScanError) {
            rendition = try Rendition(BodyBuffer(bytes), batch: batch, file: landed.processedFile)
        } catch {
            throw StageFailure(batch, .transform, .body(error, file: landed.file))
        }
        try await onCluster(batch) { () async throws(Gathering.Failure) in try await gathering.add(rendition, batch, file: landed.processedFile) }
    }

    private func onCluster<Result>(_ batch: Batch, _ body: () async throws(Gathering.Failure) -> Result) async throws(StageFailure) -> Result {
        do throws(Gathering.Failure) {
            return try await body()
        } catch {
            switch error {
            case .store(let error): throw StageFailure(batch, .transform, .store(error))
            case .engine(.spark(.cancelled)): throw StageFailure(batch, .transform, .cancelled)
            case .engine(let error): throw StageFailure(batch, .transform, .engine(error))
            }
        }
    }
}
