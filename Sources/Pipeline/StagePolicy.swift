import Foundation
import Landing
import Logging
import NearEarth
import NeoWs
import Support
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
    func pause(after attempt: Int) -> Duration {
        Backoff(base: delay, cap: .seconds(3600)).bound(afterAttempt: attempt)
    }
}

extension Pipeline {
    /// Carries a stage of a batch out as the plan's policy has it: again after a pause where a failure may pass. Says in
    /// the log how it went.
    func attempt<Value: BatchValue, Next: Sendable>(
        _ stage: Stage, _ value: Value, _ work: @escaping @Sendable (Value) async throws -> Next
    ) async throws -> Next {
        try Task.checkCancellation()
        let (batch, plan) = (value.batch, value.plan)
        // What is done for a later stage's sake is not a stage of its own.
        guard plan.stages.contains(stage) else { return try await work(value) }
        let journal = RunJournal.context.map { RunJournal.Context(journal: $0.journal, batch: batch, stage: stage) }
        return try await RunJournal.$context.withValue(journal) {
            var attempts = 0
            while true {
                attempts += 1
                let began = ContinuousClock.now
                do {
                    let result = try await within(plan.policy.timeout, stage, batch) { try await work(value) }
                    logger.info(
                        "\(stage.rawValue) done",
                        metadata: ["batch": "\(batch)", "seconds": "\(began.duration(to: .now).seconds)"])
                    return result
                } catch {
                    let failure = StageFailure(batch, stage, of: error)
                    guard attempts < plan.policy.attempts, failure.mayPass, !Task.isCancelled else {
                        logger.notice(
                            "\(stage.rawValue) failed", metadata: ["batch": "\(batch)", "cause": "\(failure)"])
                        throw failure
                    }
                    let pause = plan.policy.pause(after: attempts)
                    logger.notice(
                        "\(stage.rawValue) failed, attempt \(attempts) of \(plan.policy.attempts), again in \(pause.seconds) s",
                        metadata: ["batch": "\(batch)", "cause": "\(failure)"])
                    let wait = Wait("\(stage.rawValue) failed; again", until: Date() + pause.seconds)
                    guard await Waiting.for(wait, { (try? await Task.sleep(for: pause)) != nil }) else {
                        throw StageFailure(batch, stage, .cancelled)
                    }
                }
            }
        }
    }

    /// The same for a stage that the plan may end before: then nil.
    func next<Value: BatchValue, Next: Sendable>(
        _ stage: Stage, _ value: Value, _ work: @escaping @Sendable (Value) async throws -> Next
    ) async throws -> Next? {
        stage <= value.plan.stages.upperBound ? try await attempt(stage, value, work) : nil
    }

    /// The work, cancelled where it takes longer than the bound. Cancelled work is waited for: it leaves the ledger in
    /// order.
    private func within<Result: Sendable>(
        _ bound: Duration?, _ stage: Stage, _ batch: Batch, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let bound else { return try await work() }
        let task = Task { try await work() }
        let timer = Task {
            try await Task.sleep(for: bound)
            task.cancel()
        }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        timer.cancel()
        if case .failure = result, case .success = await timer.result {
            throw StageFailure(batch, stage, .timedOut(bound))
        }
        return try result.get()
    }
}

extension StageFailure {
    /// Whether the same stage may go through a little later, with nobody doing anything.
    var mayPass: Bool {
        switch cause {
        case .timedOut, .service(.unavailable), .service(.quotaSpent), .service(.unexpectedAnswer),
            .service(.unusableBody), .landing(.file), .landing(.service),
            .store(.unavailable), .store(.busy), .store(.failed):
            true
        default: false
        }
    }
}
