import Landing
import Logging
import NearEarth
import NeoWs
import Warehouse

/// How a stage deals with a failure, beyond what the client and the store do by themselves.
public struct StagePolicy: Sendable {
    /// How often a stage of a batch is tried.
    public var attempts: Int
    /// The pause before the second attempt; it doubles each time.
    public var delay: Duration
    /// Bound on an attempt; nil for none.
    public var timeout: Duration?

    /// Once, without a bound: what a command does that a person waits for.
    public init(attempts: Int = 1, delay: Duration = .seconds(60), timeout: Duration? = nil) {
        self.attempts = max(1, attempts)
        self.delay = delay
        self.timeout = timeout
    }

    /// The pause after an attempt, from 1; at most an hour.
    func pause(after attempt: Int) -> Duration { min(delay * (1 << min(attempt - 1, 20)), .seconds(3600)) }
}

extension Pipeline {
    /// Carries a stage of a batch out as the plan's policy has it, and says in the log how it went.
    func attempt<Result: Sendable>(
        _ stage: Stage, _ batch: Batch, _ context: RunContext, _ work: @escaping @Sendable () async throws(StageFailure) -> Result
    ) async throws(StageFailure) -> Result {
        // What is done for a later stage's sake is not a stage of its own.
        guard context.plan.stages.contains(stage) else { return try await work() }
        let journal = RunJournal.context.map { RunJournal.Context(journal: $0.journal, batch: batch, stage: stage) }
        let ended = await RunJournal.$context.withValue(journal) {
            await Self.result(of: { () async throws(StageFailure) in try await repeated(stage, batch, context.plan, work) })
        }
        return try ended.get()
    }

    /// The work, again after a pause where a failure may pass.
    private func repeated<Result: Sendable>(
        _ stage: Stage, _ batch: Batch, _ plan: Plan, _ work: @escaping @Sendable () async throws(StageFailure) -> Result
    ) async throws(StageFailure) -> Result {
        var attempts = 0
        while true {
            attempts += 1
            let began = ContinuousClock.now
            do throws(StageFailure) {
                let result = try await within(plan.policy.timeout, stage, batch, work)
                logger.info("\(stage.rawValue) done", metadata: ["batch": "\(batch)", "seconds": "\(began.duration(to: .now).seconds)"])
                return result
            } catch {
                guard attempts < plan.policy.attempts, error.mayPass, !Task.isCancelled else {
                    logger.notice("\(stage.rawValue) failed", metadata: ["batch": "\(batch)", "cause": "\(error)"])
                    throw error
                }
                let pause = plan.policy.pause(after: attempts)
                logger.notice(
                    "\(stage.rawValue) failed, attempt \(attempts) of \(plan.policy.attempts), again in \(pause.seconds) s",
                    metadata: ["batch": "\(batch)", "cause": "\(error)"])
                guard (try? await Task.sleep(for: pause)) != nil else { throw StageFailure(batch, stage, .cancelled) }
            }
        }
    }

    /// The work, cancelled where it takes longer than the bound. Cancelled work is waited for: it leaves the ledger in order.
    private func within<Result: Sendable>(
        _ bound: Duration?, _ stage: Stage, _ batch: Batch, _ work: @escaping @Sendable () async throws(StageFailure) -> Result
    ) async throws(StageFailure) -> Result {
        guard let bound else { return try await work() }
        let (result, isLate) = await withTaskGroup(of: Swift.Result<Result, StageFailure>?.self) { group in
            group.addTask { await Self.result(of: work) }
            group.addTask {
                try? await Task.sleep(for: bound)
                return nil
            }
            var isLate = false
            while let next = await group.next() {
                group.cancelAll()
                if let result = next { return (result, isLate) }
                isLate = !Task.isCancelled
            }
            return (.failure(StageFailure(batch, stage, .cancelled)), isLate)
        }
        if isLate, case .failure = result { throw StageFailure(batch, stage, .timedOut(bound)) }
        return try result.get()
    }

    private static func result<Result: Sendable>(of work: () async throws(StageFailure) -> Result) async -> Swift.Result<Result, StageFailure> {
        do throws(StageFailure) {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}

extension StageFailure {
    /// Whether the same stage may go through a little later, with nobody doing anything.
    var mayPass: Bool {
        switch cause {
        case .timedOut, .service(.unavailable), .service(.quotaSpent), .service(.unexpectedAnswer), .service(.unusableBody), .landing(.file),
            .landing(.service),
            .store(.unavailable), .store(.busy), .store(.failed):
            true
        default: false
        }
    }
}

extension Duration {
    /// In seconds, to the millisecond.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds / 1_000_000_000_000_000) / 1000 }
}
