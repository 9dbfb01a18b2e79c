import Landing
import NearEarth
import Warehouse

/// A batch's answers as they are landed, the oldest first: those that are to be gone through.
struct LandedBatch: Sendable {
    var batch: Batch
    var bodies: [Body]
    /// Whether the service was asked.
    var wasFetched = false
    /// Why an older answer could not be read; nil where all could.
    var lost: LandingError?
    /// The newest answer that is landed, whether or not it is to be gone through.
    var newest: LandedBody?

    /// A landed answer, and its bytes where they are at hand.
    struct Body: Sendable {
        var landed: LandedBody
        var observation: Observation
        var bytes: [UInt8]?
    }

    /// What is to be reported of it.
    func outcome(_ kind: BatchOutcome.Kind) -> BatchOutcome {
        BatchOutcome(
            batch: batch, kind: kind, wasFetched: wasFetched, rawSHA256: newest?.sha256, rawFile: newest?.file,
            processedFile: kind == .landed ? nil : newest?.processedFile)
    }
}

/// The same with what each answer says.
struct TransformedBatch: Sendable {
    /// The batch as it is landed, its bodies left out.
    var landed: LandedBatch
    var items: [Item] = []

    struct Item: Sendable {
        var landed: LandedBody
        var observation: Observation
        var statement: Statement
    }

    var batch: Batch { landed.batch }

    /// What is to be reported of it.
    func outcome(_ kind: BatchOutcome.Kind) -> BatchOutcome {
        var outcome = landed.outcome(kind)
        outcome.quarantined = items.last?.landed == landed.newest ? items.last?.statement.rejectedRecords : nil
        return outcome
    }
}

/// The same with what the audit said of each answer.
struct AuditedBatch: Sendable {
    var batch: Batch
    var items: [Item]
    var transformed: TransformedBatch

    struct Item: Sendable {
        var landed: LandedBody
        var judged: JudgedStatement
    }

    /// Why the newest answer is not published; nil where it is.
    var refusal: [QualityResult]? {
        guard let newest = items.last?.judged, !newest.judgment.isAccepted else { return nil }
        return newest.results.filter { !$0.passed && $0.severity == .batch }
    }
}
