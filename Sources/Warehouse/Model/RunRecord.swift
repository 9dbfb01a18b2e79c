public import Foundation
public import NearEarth

/// Identifies a run in its store: 1, 2, 3, ...
public typealias RunID = Int64

/// How a run ended.
public struct RunEnd: Sendable {
    var status: RunStatus
    var exitCode: Int
    var error: String?
    var published: Int
    var skipped: Int
    var failed: Int
    var counts: PublishCounts
    var quarantined: Int
    var requests: Int
    var waitedMilliseconds: Int
    var remaining: Int?

    /// The end of a run: its process's exit code; what went wrong, one line, nil for a success; batches published, that needed nothing and
    /// that failed; the rows' counts; records quarantined; requests sent, retries included; milliseconds waited for the quota; what the
    /// service said is left of it.
    public init(
        status: RunStatus, exitCode: Int, error: String? = nil, published: Int = 0, skipped: Int = 0, failed: Int = 0, counts: PublishCounts = PublishCounts(),
        quarantined: Int = 0, requests: Int = 0, waitedMilliseconds: Int = 0, remaining: Int? = nil
    ) {
        self.status = status
        self.exitCode = exitCode
        self.error = error
        self.published = published
        self.skipped = skipped
        self.failed = failed
        self.counts = counts
        self.quarantined = quarantined
        self.requests = requests
        self.waitedMilliseconds = waitedMilliseconds
        self.remaining = remaining
    }
}

/// The states of a run.
public enum RunStatus: String, Sendable, Codable {
    /// Under way, or killed: see `RunRecord.isAbandoned`.
    case running
    case succeeded
    /// Some batches were published, others failed.
    case partial
    case failed
}

/// A run as the ledger has it.
public struct RunRecord: Sendable, Codable {
    /// Its number.
    public var id: RunID
    /// The command.
    public var command: String
    /// The engine.
    public var engine: String
    /// How it went.
    public var status: RunStatus
    /// First and last day asked for.
    public var from: CalendarDate?
    /// Last day asked for.
    public var to: CalendarDate?
    /// Base URL of the service.
    public var service: String
    /// The machine and process that ran it.
    public var host: String
    /// Process id.
    public var pid: Int
    /// When it began.
    public var startedAt: Date
    /// When it last showed that it lives.
    public var heartbeatAt: Date
    /// When it ended.
    public var finishedAt: Date?
    /// Batches: asked for, published, needing nothing, failed.
    public var planned: Int
    /// Batches published.
    public var published: Int
    /// Batches that needed nothing.
    public var skipped: Int
    /// Batches that failed.
    public var failed: Int
    /// Rows: new, revised, retired, as they were; records quarantined.
    public var inserted: Int
    /// Rows revised.
    public var revised: Int
    /// Rows retired.
    public var retired: Int
    /// Rows as they were.
    public var unchanged: Int
    /// Records quarantined.
    public var quarantined: Int
    /// Requests sent, and milliseconds spent waiting for the quota.
    public var requests: Int
    /// Milliseconds waited for the quota.
    public var waitedMs: Int
    /// What the service said was left of the quota.
    public var remaining: Int?
    /// The process's exit code.
    public var exitCode: Int?
    /// What went wrong first.
    public var error: String?
}
