import Foundation
import Landing
public import Logging
public import NearEarth
public import SparkConnect
public import Support
import Synchronization
import Transform

/// The engine for what outgrows one machine: executors of a Spark cluster run this very program on the landed bodies, which they read in a folder
/// that all share or in S3, and answer with a statement each.
public final class SparkEngine: TransformEngine {
    /// The engine's name in the ledger.
    public var name: String { Self.name }
    /// The engine's name in settings.
    public static let name = "spark"

    private let jobs: GroupCommitter<TransformInput, Statement?, any Error>
    private let running: Running

    /// Bodies of one job, at most.
    private static let limit = 512

    /// The job under way, so that whoever is cancelled can stop it.
    private final class Running: Sendable {
        private let task = Mutex<Task<[Statement?], any Error>?>(nil)

        func value(of new: Task<[Statement?], any Error>) async throws -> [Statement?] {
            task.withLock { $0 = new }
            return try await new.value
        }

        func cancel() { task.withLock { $0?.cancel() } }
    }

    /// An engine on a session's cluster. `announce` is told the address of the application's UI, `progress` how far the cluster is.
    public init(
        _ session: SparkSession, _ program: SparkProgram, logger: Logger, announce: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (SparkProgress) -> Void
    ) {
        let running = Running()
        let log = ClusterLog(logger, announce: announce, progress: progress)
        self.running = running
        jobs = GroupCommitter(limit: Self.limit, concernsOne: { _ in false }) { bodies async throws in
            try await running.value(of: Task { try await SparkJob(session, program).run(bodies, log) })
        }
    }

    /// The executors do.
    public var readsBodies: Bool { true }

    /// Enough to fill a job, and the next one meanwhile.
    public func width(_ width: Int) -> Int { max(width, 2 * Self.limit) }

    /// Transforms the body in the next job, with those of other batches.
    public func transform(_ body: TransformInput, of batch: Batch) async throws -> Statement {
        let statement = try await withTaskCancellationHandler {
            try await jobs(body)
        } onCancel: {
            running.cancel()
        }
        if let statement { return statement }
        // Damaged, or no answer of NeoWs: met here again, it is told as the embedded engine tells it.
        return try await EmbeddedTransform().transform(body, of: batch)
    }
}

extension SparkError: UserError {
    /// The exit code for it.
    public var exitStatus: ExitStatus {
        switch self {
        case .badAddress: .usage
        case .unauthenticated: .keyRefused
        case .unavailable, .sessionLost, .failed: .unavailable
        case .cancelled: .tryLater
        case .rpc, .unreadable: .internalError
        }
    }

    /// What the user can do about it.
    public var nextStep: String {
        switch self {
        case .badAddress: "give --spark an address like sc://host:15002"
        case .unauthenticated: "check PERIGEE_SPARK_TOKEN"
        case .unavailable, .sessionLost: "check --spark with `perigee doctor`, then run the same command again: what is landed is kept"
        default: "look at the Spark UI and its logs, then run the same command again: nothing was published"
        }
    }
}
