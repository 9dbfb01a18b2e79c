import Landing
import NearEarth
import Warehouse

/// A batch's answers as they are landed, the oldest first: those that are to be gone through.
struct LandedBatch: Sendable {
    var batch: Batch
    var bodies: [Body]
    /// Whether the service was asked.
    var wasFetched = false
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
            processedFile: kind == .skipped ? newest?.processedFile : nil)
    }
}

/// The same with what each answer says.
struct TransformedBatch: Sendable {
    var batch: Batch
    var items: [Item]
    var wasFetched: Bool

    struct Item: Sendable {
        var landed: LandedBody
        var observation: Observation
        var statement: Statement
    }

    /// What is to be reported of it.
    func outcome(_ kind: BatchOutcome.Kind) -> BatchOutcome {
        let newest = items.last
        return BatchOutcome(
            batch: batch, kind: kind, quarantined: newest?.statement.rejectedRecords ?? 0, wasFetched: wasFetched, rawSHA256: newest?.landed.sha256,
            rawFile: newest?.landed.file, processedFile: newest?.landed.processedFile)
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
