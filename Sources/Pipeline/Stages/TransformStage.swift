import Landing
import Logging
public import NearEarth
import NeoWs
import Transform
import Warehouse

/// Where a body becomes a statement: in this process, or elsewhere.
public protocol TransformEngine: Sendable {
    /// Its name in the ledger.
    var name: String { get }
    /// Batches under way at a time, where `width` would do for one that needs no others.
    func width(_ width: Int) -> Int
    /// What landed bodies of a batch say. Their processed files are in the landing zone afterwards where `writesFiles` asks for them.
    func transform(_ bodies: [TransformInput], of batch: Batch, writesFiles: Bool) async throws(StageFailure) -> [Statement]
}

extension TransformEngine {
    /// As many as are asked for.
    public func width(_ width: Int) -> Int { width }
}

/// A landed body on its way into an engine.
public struct TransformInput: Sendable {
    let landed: LandedBody
    /// Its bytes where they are at hand.
    let bytes: [UInt8]?
    let landing: LandingZone
}

/// The embedded engine as a stage of the pipeline.
public struct EmbeddedTransform: TransformEngine {
    /// The engine's name in the ledger.
    public let name = EmbeddedEngine.name

    /// The engine; it needs nothing.
    public init() {}

    /// Transforms the bodies here, one after the other.
    public func transform(_ bodies: [TransformInput], of batch: Batch, writesFiles: Bool) async throws(StageFailure) -> [Statement] {
        var statements: [Statement] = []
        for body in bodies {
            let bytes = try await inStage(.transform, batch) { () async throws(LandingError) in
                if let bytes = body.bytes { bytes } else { try await body.landing.read(body.landed) }
            }
            let result = try embedded(bytes, batch, body.landed)
            if writesFiles {
                try await inStage(.transform, batch) { () async throws(LandingError) in
                    _ = try await body.landing.keepProcessed(ProcessedCSV.header + result.csv, for: body.landed)
                }
            }
            statements.append(result.statement)
        }
        return statements
    }

    private func embedded(_ bytes: [UInt8], _ batch: Batch, _ landed: LandedBody) throws(StageFailure) -> EmbeddedEngine.Result {
        do throws(ScanError) {
            return try EmbeddedEngine.transform(BodyBuffer(bytes))
        } catch {
            throw StageFailure(batch, .transform, .body(error, file: landed.file))
        }
    }
}

extension Pipeline {
    /// Raw to statements, and the processed CSV into the landing zone.
    func transform(_ landed: LandedBatch, _ context: RunContext) async throws(StageFailure) -> TransformedBatch {
        let writesFiles = context.plan.stages.contains(.transform)
        var items: [TransformedBatch.Item] = []
        for body in landed.bodies {
            let input = TransformInput(landed: body.landed, bytes: body.bytes, landing: landing)
            do throws(StageFailure) {
                let statements = try await engine.transform([input], of: landed.batch, writesFiles: writesFiles)
                items += statements.map { TransformedBatch.Item(landed: body.landed, observation: body.observation, statement: $0) }
            } catch {
                // Evidence that was damaged since is lost; a newer answer goes on without it.
                guard case .landing(.damaged) = error.cause, body.landed != landed.bodies.last?.landed else { throw error }
                logger.warning("A landed body is damaged, left out.", metadata: ["batch": "\(landed.batch)", "cause": "\(error)"])
            }
        }
        return TransformedBatch(batch: landed.batch, items: items, wasFetched: landed.wasFetched)
    }

    /// Records that the bodies are transformed: where an audit is another command's work.
    func record(_ transformed: TransformedBatch, _ known: KnownBatch, _ context: RunContext) async throws(StageFailure) -> BatchOutcome {
        try await inStage(.transform, transformed.batch) { () async throws(LandingError) in try await landing.settle() }
        let items = transformed.items.filter { !known.isPublished($0.landed) }.map { ($0.observation, $0.landed.processedFile) }
        try await inStage(.transform, transformed.batch) { () async throws(StoreError) in try await store.recordTransform(items, by: context.run) }
        return transformed.outcome(.transformed)
    }
}
