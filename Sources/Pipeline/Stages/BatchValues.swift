import Landing
import NearEarth
import Warehouse

/// A batch on its way from one stage to the next.
protocol BatchValue: Sendable {
    /// The batch as the run took it.
    var claimed: ClaimedBatch { get }
}

extension BatchValue {
    var batch: Batch { claimed.batch }
    var known: KnownBatch { claimed.known }
    var context: RunContext { claimed.context }
    var plan: Plan { claimed.context.plan }
}

extension KnownBatch {
    /// The log's entry for an answer; nil where it has none.
    func entry(_ stamp: Stamp) -> KnownObservation? { observations.first { $0.observation.stamp == stamp } }
}

/// A batch that a run has taken, and what the log had of it then.
struct ClaimedBatch: BatchValue {
    let batch: Batch
    let known: KnownBatch
    let context: RunContext
    var claimed: ClaimedBatch { self }
}

/// A batch's answers as they are landed, the oldest first: those that are to be gone through.
struct LandedBatch: BatchValue {
    let claimed: ClaimedBatch
    var answers: [LandedAnswer] = []
    /// Whether the service was asked.
    var wasFetched = false
    /// Why an older answer could not be read; nil where all could.
    var lost: LandingError?
    /// The newest answer that is landed, whether or not it is to be gone through.
    var newest: LandedBody?

    /// What is to be reported of it.
    func outcome(_ reached: Stage?) -> BatchOutcome {
        BatchOutcome(
            batch: batch, reached: reached, wasFetched: wasFetched, rawFile: newest?.file,
            hasProcessedFile: reached != .extract)
    }
}

/// A landed answer, and its bytes where they are at hand.
public struct LandedAnswer: Sendable {
    let landed: LandedBody
    let observation: Observation
    let bytes: [UInt8]?
}

/// The same with what each answer says.
struct TransformedBatch: BatchValue {
    /// The batch as it is landed, its answers left out.
    var landed: LandedBatch
    var items: [Item] = []

    struct Item: Sendable {
        let landed: LandedBody
        let observation: Observation
        let statement: Statement
    }

    var claimed: ClaimedBatch { landed.claimed }

    /// What the newest answer says; nil where it is not among those that were gone through.
    var newest: Statement? { items.last?.landed == landed.newest ? items.last?.statement : nil }
    /// Records in quarantine; nil likewise.
    var quarantined: Int? { newest?.rejectedRecords }

    /// What is to be reported of it: an error where an older answer was lost and only newer ones have come this far.
    func outcome(_ reached: Stage, _ counts: PublishCounts = PublishCounts()) throws(StageFailure) -> BatchOutcome {
        if let lost = landed.lost { throw StageFailure(batch, .transform, .landing(lost), published: counts) }
        var outcome = landed.outcome(reached)
        outcome.counts = counts
        outcome.quarantined = quarantined
        if reached == .publish, let newest { outcome.warnings = AnswerDemand.warnings(newest, of: batch) }
        return outcome
    }
}

/// The same with what the audit said of each answer.
struct AuditedBatch: BatchValue {
    let transformed: TransformedBatch
    let items: [JudgedStatement]

    var claimed: ClaimedBatch { transformed.claimed }

    /// Why the newest answer is not published; nil where it is.
    var refusal: [QualityResult]? {
        guard let newest = items.last, !newest.judgment.isAccepted else { return nil }
        return newest.results.filter { !$0.passed && $0.severity == .batch }
    }
}

/// The same with what the publication changed.
struct PublishedBatch: Sendable {
    let audited: AuditedBatch
    let counts: PublishCounts

    /// What is to be reported of it.
    func outcome() throws(StageFailure) -> BatchOutcome { try audited.transformed.outcome(.publish, counts) }
}
