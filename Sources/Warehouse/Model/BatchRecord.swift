public import Foundation
public import NearEarth

/// How far an observation of a batch has come. Each stage leaves the state that the next one asks for.
public enum BatchState: String, Sendable, Codable {
    /// Claimed by a run, nothing landed yet.
    case planned
    /// Its raw body is in the landing zone.
    case landed
    /// Its processed CSV is written.
    case transformed
    /// The batch rules passed.
    case audited
    /// A batch rule failed: what was published before stays.
    case refused
    /// Its rows are in `nasa_neo_data`.
    case published
}

/// A batch as the ledger has it.
public struct BatchRecord: Sendable, Codable {
    /// Name and key, such as `feed 2020-02-03..2020-02-10`.
    public var batch: String
    /// How far it is.
    public var state: BatchState
    /// The run that last worked on it.
    public var run: RunID
    /// First and last day; nil outside the feed.
    public var from: CalendarDate?
    /// Last day.
    public var to: CalendarDate?
    /// The raw file that was landed last, its SHA-256 and size.
    public var rawFile: String?
    /// Its SHA-256.
    public var rawSHA256: String?
    /// Its size.
    public var rawBytes: Int?
    /// When it was received.
    public var receivedAt: Date?
    /// The processed CSV.
    public var processedFile: String?
    /// What the body itself says: `element_count`; what it lists; what was staged and rejected.
    public var elementCount: Int?
    /// Objects listed.
    public var listed: Int?
    /// Records held against the rules.
    public var records: Int?
    /// Records in quarantine.
    public var rejected: Int?
    /// Rows staged.
    public var staged: Int?
    /// SHA-256 of the raw body whose rows are published, and when and by which run they were.
    public var publishedSHA256: String?
    /// When that was.
    public var publishedAt: Date?
    /// By which run.
    public var publishedRun: RunID?
    /// Rows of that publication.
    public var inserted: Int?
    /// Rows that differ from what was published.
    public var revised: Int?
    /// Rows that the body no longer lists.
    public var retired: Int?
    /// Rows as they were.
    public var unchanged: Int?
    /// Why it stopped where it is; nil when nothing is wrong.
    public var error: String?
}

/// What the log has of a batch.
public struct KnownBatch: Sendable {
    /// Its observations.
    public var observations: [KnownObservation] = []
    /// Days of its window that no published body lists; none outside the feed.
    public var missingDays: [CalendarDate] = []

    /// Nothing.
    public init() {}

    /// The newest one.
    public var newest: KnownObservation? { observations.max { $0.observation.stamp < $1.observation.stamp } }
}

/// An observation as the log has it.
public struct KnownObservation: Sendable {
    /// What it is.
    public var observation: Observation
    /// How far it is.
    public var state: BatchState
    /// The version of the rules it was judged under; nil where it was not.
    public var rules: Int?
    /// The processed CSV.
    public var processedFile: String?
}

/// What became of an attempt to take a batch.
public enum Claim: Sendable {
    /// It is ours; what the log has of it.
    case granted(KnownBatch)
    /// A run that lives has it, or a window that overlaps it.
    case held(batch: String, by: RunRecord)
}
