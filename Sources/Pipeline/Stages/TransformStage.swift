public import Landing
import Logging
public import NearEarth
import NeoWs
import Transform
import Warehouse

/// Where a body becomes a statement: in this process, or elsewhere.
public protocol TransformEngine: Sendable {
    /// Its name in the ledger.
    var name: String { get }
    /// How many landed bodies it takes at a time, to read them by itself, somewhere else: then nothing is gained by
    /// keeping them in memory for it. Nil where it is given them one by one.
    var jobSize: Int? { get }
    /// What an answer says.
    func transform(_ answer: LandedAnswer, in landing: LandingZone) async throws -> Statement
}

/// The embedded engine as a stage of the pipeline.
public struct EmbeddedTransform: TransformEngine {
    /// The engine's name in the ledger.
    public let name = EmbeddedEngine.name
    /// It is given bodies one by one.
    public let jobSize: Int? = nil

    /// The engine; it needs nothing.
    public init() {}

    /// Transforms the body here.
    public func transform(_ answer: LandedAnswer, in landing: LandingZone) async throws -> Statement {
        let bytes = if let bytes = answer.bytes { bytes } else { try await landing.read(answer.landed) }
        do throws(ScanError) {
            return try EmbeddedEngine.transform(BodyBuffer(bytes)).statement
        } catch {
            throw StageFailure(answer.observation.batch, .transform, .body(error, file: answer.landed.file))
        }
    }
}

extension Pipeline {
    /// Raw to statements, and the processed CSV into the landing zone.
    func transform(_ landed: LandedBatch) async throws -> TransformedBatch {
        var transformed = TransformedBatch(landed: landed)
        transformed.landed.answers = []
        for answer in landed.answers {
            do {
                let statement = try await engine.transform(answer, in: landing)
                if landed.plan.stages.contains(.transform) {
                    _ = try await landing.keepProcessed(ProcessedCSV.file(statement.rows), for: answer.landed)
                }
                transformed.items.append(
                    TransformedBatch.Item(
                        landed: answer.landed, observation: answer.observation, statement: statement))
            } catch LandingError.damaged(let path, let cause) where answer.landed != landed.answers.last?.landed {
                // A newer answer goes on without it; the batch's end says so.
                transformed.landed.lost = .damaged(path: path, cause: cause)
            }
        }
        return transformed
    }

    /// Records that the bodies are transformed: where an audit is another command's work.
    func record(_ transformed: TransformedBatch) async throws -> BatchOutcome {
        try await landing.sync()
        // What was judged stays so: the same bytes say the same again.
        let new = transformed.items.filter {
            let state = transformed.known.entry($0.landed.stamp)?.state
            return state != .audited && state != .published && state != .refused
        }
        try await store.record(
            .transformed, of: new.map { ($0.observation, $0.landed.processedFile) }, by: transformed.context.run)
        return try transformed.outcome(.transform)
    }
}
