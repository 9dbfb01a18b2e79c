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
    /// Whether it reads landed bodies by itself, somewhere else: then nothing is gained by keeping them in memory for
    /// it.
    var readsBodies: Bool { get }
    /// What a landed body of a batch says.
    func transform(_ body: TransformInput, of batch: Batch) async throws -> Statement
}

extension TransformEngine {
    /// As many as are asked for.
    public func width(_ width: Int) -> Int { width }
    /// It is given them.
    public var readsBodies: Bool { false }
}

/// A landed body on its way into an engine.
public struct TransformInput: Sendable {
    let landed: LandedBody
    /// Its bytes where they are at hand.
    let bytes: [UInt8]?
    let landing: LandingZone
    /// Its file or object.
    var path: String { landing.path(of: landed) }
}

/// The embedded engine as a stage of the pipeline.
public struct EmbeddedTransform: TransformEngine {
    /// The engine's name in the ledger.
    public let name = EmbeddedEngine.name

    /// The engine; it needs nothing.
    public init() {}

    /// Transforms the body here.
    public func transform(_ body: TransformInput, of batch: Batch) async throws -> Statement {
        let bytes = if let bytes = body.bytes { bytes } else { try await body.landing.read(body.landed) }
        do throws(ScanError) {
            return try EmbeddedEngine.transform(BodyBuffer(bytes)).statement
        } catch {
            throw StageFailure(batch, .transform, .body(error, file: body.landed.file))
        }
    }
}

extension Pipeline {
    /// Raw to statements, and the processed CSV into the landing zone.
    func transform(_ landed: LandedBatch, _ context: RunContext) async throws -> TransformedBatch {
        let writesFiles = context.plan.stages.contains(.transform)
        var transformed = TransformedBatch(landed: landed)
        transformed.landed.bodies = []
        for body in landed.bodies {
            let input = TransformInput(landed: body.landed, bytes: body.bytes, landing: landing)
            do {
                let statement = try await engine.transform(input, of: landed.batch)
                if writesFiles {
                    _ = try await landing.keepProcessed(ProcessedCSV.file(statement.rows), for: body.landed)
                }
                transformed.items.append(
                    TransformedBatch.Item(landed: body.landed, observation: body.observation, statement: statement))
            } catch LandingError.damaged(let path, let cause) where body.landed != landed.bodies.last?.landed {
                // A newer answer goes on without it; the batch's end says so.
                transformed.landed.lost = LandingError.damaged(path: path, cause: cause)
            }
        }
        return transformed
    }

    /// Records that the bodies are transformed: where an audit is another command's work.
    func record(_ transformed: TransformedBatch, _ known: KnownBatch, _ context: RunContext) async throws
        -> BatchOutcome
    {
        try await landing.sync()
        // What was judged stays so: the same bytes say the same again.
        let new = transformed.items.filter { !known.isFinished($0.landed) && known.entry($0.landed)?.state != .audited }
        try await store.record(.transformed, of: new.map { ($0.observation, $0.landed.processedFile) }, by: context.run)
        return transformed.outcome(.transformed)
    }
}
