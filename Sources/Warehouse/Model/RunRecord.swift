public import Foundation
public import NearEarth
import Support

/// Identifies a run in its store: 1, 2, 3, ...
public typealias RunID = Int64

/// How a run ended.
public struct RunEnd: Sendable {
    /// How it went.
    public var status: RunStatus
    /// The process's exit code.
    public var exitCode: Int
    /// What went wrong, one line; nil for a success.
    public var error: String?
    /// Batches that were published, that needed nothing, and that failed.
    public var batches = (published: 0, skipped: 0, failed: 0)
    /// What became of the rows.
    public var counts = PublishCounts()
    /// Records in quarantine.
    public var quarantined = 0
    /// Requests sent to the service, retries included; milliseconds waited for its quota; what it said is left of that.
    public var service = (requests: 0, waitedMilliseconds: 0, remaining: Int?.none)

    /// The end of a run that did nothing.
    public init(_ status: RunStatus, exitCode: Int) {
        self.status = status
        self.exitCode = exitCode
    }
}

/// The states of a run.
public enum RunStatus: String, Sendable, Codable {
    /// Under way, or killed: then `heartbeatAt` stands still.
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

/// How a run ended, as people are told.
public enum RunOutcome: String, Sendable {
    case running, succeeded, partial, failed
    /// Somebody stopped it: that is no failure.
    case interrupted
}

extension RunRecord {
    /// How it ended. The ledger has an interrupted run as `failed` or `partial`, with the exit code that tells.
    public var outcome: RunOutcome {
        let wasInterrupted = exitCode == Int(ExitStatus.interrupted.rawValue)
        return switch status {
        case .running: .running
        case .succeeded: .succeeded
        case .partial where wasInterrupted, .failed where wasInterrupted: .interrupted
        case .partial: .partial
        case .failed: .failed
        }
    }
}
