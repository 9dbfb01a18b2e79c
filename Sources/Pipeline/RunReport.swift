import Landing
public import NearEarth
public import Support
public import Warehouse

/// What became of a batch that went well.
public struct BatchOutcome: Sendable {
    /// The batch.
    public var batch: Batch
    /// The last stage that it went through; nil where it was published before, from the body that is landed.
    public var reached: Stage?
    /// Rows of a publication.
    public var counts = PublishCounts()
    /// Records quarantined; nil where an older answer than the newest was dealt with, which says nothing of that.
    public var quarantined: Int? = 0
    /// What a person should know of what was published.
    public var warnings: [String] = []
    /// Whether the service was asked.
    public var wasFetched = false
    /// Name of the raw body's file in the landing zone.
    public var rawFile: String?
    /// Whether its processed CSV is there.
    public var hasProcessedFile = false
    /// Name of the processed CSV there: made of the raw body's, since a run may have very many outcomes.
    public var processedFile: String? { hasProcessedFile ? rawFile.map(LandedBody.processedFile) : nil }

    /// Whether a second answer may have what this one spoilt.
    var isWorthRefetching: Bool { wasFetched && reached == .publish && quarantined ?? 0 > 0 }
}

/// How far a run is.
public struct RunProgress: Sendable {
    /// Batches done, of all.
    public var done: Int
    /// Batches in all.
    public var total: Int
    /// Rows published so far, new, revised and unchanged.
    public var rows: Int
    /// What the service says is left of the quota; nil before the first answer.
    public var requestsLeft: Int?
    /// Time since the run began.
    public var elapsed: Duration
    /// Why the batch that was done last failed; nil where it did not.
    public var failure: StageFailure?
}

/// What a run did.
public struct RunReport: Sendable {
    /// Its number in the ledger.
    public var run: RunID
    /// The command that asked.
    public var command: String
    /// The days asked for; nil outside the feed.
    public var range: DateWindow?
    /// Batches asked for.
    public var planned: Int
    /// Batches that went well.
    public var outcomes: [BatchOutcome] = []
    /// Batches that did not.
    public var failures: [StageFailure] = []
    /// Batches that were not begun, or not ended, because a failure ended the run or somebody interrupted it.
    public var notBegun = 0
    /// Whether somebody interrupted it before it was done.
    public var isInterrupted = false
    /// Requests sent.
    public var requests = 0
    /// Milliseconds waited for the quota.
    public var waitedMilliseconds = 0
    /// What the service says is left; nil where it was not asked.
    public var requestsLeft: Int?

    /// How many batches were published.
    public var published: Int { outcomes.count { $0.reached == .publish } }
    /// How many batches were up to date.
    public var skipped: Int { outcomes.count { $0.reached == nil } }
    /// The rows' sums.
    public var counts: PublishCounts { (outcomes.map(\.counts) + failures.map(\.published)).reduce(PublishCounts(), +) }
    /// Records quarantined.
    public var quarantined: Int { outcomes.reduce(0) { $0 + ($1.quarantined ?? 0) } }
    /// What a person should know of the run as a whole.
    public var notes: [String] = []
    /// What a person should know of it, and of what was published.
    public var warnings: [String] { notes + outcomes.flatMap(\.warnings) }
    /// The exit code for it.
    public var exitStatus: ExitStatus {
        isInterrupted ? .interrupted : failures.reduce(.success) { ExitStatus.worse($0, $1.exitStatus) }
    }
    /// What went wrong, in a line; nil where nothing did.
    public var error: String? { failures.first.map { "\($0)" } ?? (isInterrupted ? "interrupted" : nil) }

    /// How the run ended.
    public var status: RunStatus {
        if failures.isEmpty, !isInterrupted { return .succeeded }
        return outcomes.contains { $0.reached != nil } ? .partial : .failed
    }
}

extension PublishCounts {
    /// With what a second answer to the same batch changed: rows that the first one brought are not unchanged ones of
    /// the run.
    func followed(by second: PublishCounts) -> PublishCounts {
        var counts = self + second
        counts.unchanged = max(0, second.unchanged - inserted - revised)
        return counts
    }
}
