public import Foundation
public import NearEarth

/// Identifies a run in its store: 1, 2, 3, ...
public typealias RunID = Int64

/// What a run is, when it begins.
public struct RunStart: Sendable {
    /// The command: `run`, `backfill`, `extract`, ...
    public var command: String
    /// The engine that transforms.
    public var engine: String
    /// The range of dates asked for; nil for a lookup or the catalogue.
    public var range: DateWindow?
    /// Base URL of the service, without credentials.
    public var service: String
    /// How many batches it has to deal with.
    public var planned: Int

    /// A run about to begin.
    public init(command: String, engine: String, range: DateWindow?, service: String, planned: Int) {
        self.command = command
        self.engine = engine
        self.range = range
        self.service = service
        self.planned = planned
    }
}

/// How a run ended.
public struct RunEnd: Sendable {
    /// How it ended.
    public var status: RunStatus
    /// The process's exit code (sysexits).
    public var exitCode: Int
    /// What went wrong, one line; nil for a success.
    public var error: String?
    /// Batches that needed nothing.
    public var skipped: Int
    /// Batches that failed.
    public var failed: Int
    /// Requests sent to the service, retries included.
    public var requests: Int
    /// Milliseconds spent waiting for the quota.
    public var waitedMilliseconds: Int
    /// What the service said is left of the quota.
    public var remaining: Int?
    /// What was counted twice, because a batch was asked for again.
    public var repeated = Repeated()

    /// Counts of a batch that an answer before the last one brought.
    public struct Repeated: Sendable {
        /// Batches.
        public var published = 0
        /// Rows that stayed as they are.
        public var unchanged = 0
        /// Records in quarantine.
        public var quarantined = 0

        /// Nothing.
        public init() {}
    }

    /// An end from its parts.
    public init(status: RunStatus, exitCode: Int, error: String?, skipped: Int, failed: Int, requests: Int, waitedMilliseconds: Int, remaining: Int?) {
        self.status = status
        self.exitCode = exitCode
        self.error = error
        self.skipped = skipped
        self.failed = failed
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
    public var waitedMilliseconds: Int
    /// What the service said was left of the quota.
    public var remaining: Int?
    /// The process's exit code.
    public var exitCode: Int?
    /// What went wrong first.
    public var error: String?

    enum CodingKeys: String, CodingKey {
        case id, command, engine, status, from, to, service, host, pid, planned, published, skipped, failed
        case inserted, revised, retired, unchanged, quarantined, requests, remaining, error
        case startedAt = "started_at"
        case heartbeatAt = "heartbeat_at"
        case finishedAt = "finished_at"
        case waitedMilliseconds = "waited_ms"
        case exitCode = "exit_code"
    }
}
