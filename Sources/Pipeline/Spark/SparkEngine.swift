public import Landing
public import Logging
public import NearEarth
public import SparkConnect
public import SparkJobs
import Support
import Synchronization
import Transform

/// The engine for what outgrows one machine: executors of a Spark cluster run this very program on the landed bodies,
/// which they read in a folder that all share or in S3, and answer with a statement each.
public final class SparkEngine: TransformEngine {
    /// The engine's name in the ledger.
    public var name: String { Self.name }
    /// The engine's name in settings.
    public static let name = "spark"

    private let jobs: Jobs

    /// An engine on a cluster. `announce` is told the address of the application's UI, `progress` how far the cluster
    /// is.
    public init(
        _ job: SparkJob, logger: Logger, announce: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (SparkProgress) -> Void
    ) {
        jobs = Jobs(job, ClusterLog(logger, announce: announce, progress: progress))
    }

    /// Bodies of one job, at most: executors read them.
    public let jobSize: Int? = Jobs.limit

    /// Transforms the body in the next job, with those of other batches.
    public func transform(_ answer: LandedAnswer, in landing: LandingZone) async throws -> Statement {
        let path = landing.path(of: answer.landed)
        let statement = try await withTaskCancellationHandler {
            try await jobs.statement(sha256: answer.landed.sha256, SparkJob.location(path))
        } onCancel: {
            Task { await jobs.cancel() }
        }
        if let statement { return statement }
        // Lost, damaged, or no answer of NeoWs: met here again, it is told as the embedded engine tells it.
        _ = try await EmbeddedTransform().transform(answer, in: landing)
        throw CommandFailure(
            .inputOutput, "Spark's executors can't read the landed bodies: \(path)", next: SparkJob.sharedLanding)
    }

    /// Bodies that wait for a job, and the job under way. A statement is handed on as soon as it is there: it depends
    /// on its body alone.
    private actor Jobs {
        /// Bodies of one job, at most.
        static let limit = 192

        private let job: SparkJob
        private let log: ClusterLog
        private var waiting: [Call] = []
        private var running: Task<Void, Never>?
        /// Whether the cluster was asked where its UI is.
        private var isAnnounced = false

        private struct Call {
            let sha256: String
            let location: String
            let answer: CheckedContinuation<Statement?, any Error>
        }

        init(_ job: SparkJob, _ log: ClusterLog) {
            self.job = job
            self.log = log
        }

        func statement(sha256: String, _ location: String) async throws -> Statement? {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { answer in
                waiting.append(Call(sha256: sha256, location: location, answer: answer))
                if running == nil { running = Task { await work() } }
            }
        }

        /// Stops what is under way, and what waits.
        func cancel() {
            running?.cancel()
            for call in waiting { call.answer.resume(throwing: SparkError.cancelled) }
            waiting = []
        }

        private func work() async {
            // Those of other batches come in a moment.
            try? await Task.sleep(for: .milliseconds(10))
            while !waiting.isEmpty {
                let calls = Array(waiting.prefix(Self.limit))
                waiting.removeFirst(calls.count)
                await run(calls)
            }
            running = nil
        }

        private func run(_ calls: [Call]) async {
            let open = Mutex(calls.map { Optional($0.answer) })
            var failure: any Error = SparkJob.stranger
            do {
                log.began()
                if !isAnnounced { log.found(interface: try await SparkJob.userInterface(job.session)) }
                isAnnounced = true
                defer { log.ended() }
                let tasks = calls.enumerated().map { number, call in
                    ExecutorTask(number: number, sha256: call.sha256, location: call.location)
                }
                try await job.run(tasks, log.note) { number, statement in
                    open.withLock { $0[number].take() }?.resume(returning: statement)
                }
            } catch {
                failure = error
            }
            // All have been answered, unless the job failed.
            for answer in open.withLock({ $0 }) { answer?.resume(throwing: failure) }
        }
    }
}
