public import Foundation
public import NearEarth

/// How far a batch has come. Each stage leaves the state that the next one asks for.
public enum BatchState: String, Sendable, Codable {
    /// Claimed by a run, nothing landed yet.
    case planned
    /// Its raw body is in the landing zone.
    case landed
    /// Its rows are in the staging table, its processed CSV is written.
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
    public var state: BatchState
    /// The run that last worked on it.
    public var run: RunID
    /// First and last day; nil outside the feed.
    public var from: CalendarDate?
    public var to: CalendarDate?
    /// The raw file that was landed last, its SHA-256 and size.
    public var rawFile: String?
    public var rawSHA256: String?
    public var rawBytes: Int?
    /// When it was received.
    public var receivedAt: Date?
    /// The processed CSV.
    public var processedFile: String?
    /// What the body itself says: `element_count`; what it lists; what was staged and rejected.
    public var elementCount: Int?
    public var listed: Int?
    public var records: Int?
    public var rejected: Int?
    public var staged: Int?
    /// SHA-256 of the raw body whose rows are published, and when and by which run they were.
    public var publishedSHA256: String?
    public var publishedAt: Date?
    public var publishedRun: RunID?
    /// Rows of that publication.
    public var inserted: Int?
    public var revised: Int?
    public var retired: Int?
    public var unchanged: Int?
    /// Why it stopped where it is; nil when nothing is wrong.
    public var error: String?

    enum CodingKeys: String, CodingKey {
        case batch, state, run, from, to, listed, records, rejected, staged, inserted, revised, retired, unchanged, error
        case rawFile = "raw_file"
        case rawSHA256 = "raw_sha256"
        case rawBytes = "raw_bytes"
        case receivedAt = "received_at"
        case processedFile = "processed_file"
        case elementCount = "element_count"
        case publishedSHA256 = "published_sha256"
        case publishedAt = "published_at"
        case publishedRun = "published_run"
    }
}

/// What was landed for a batch, as the ledger needs it.
public struct LandedFacts: Sendable {
    /// Raw file, its SHA-256 and size.
    public var file: String
    public var sha256: String
    public var bytes: Int
    /// When the body was received, and under which request id.
    public var receivedAt: Date
    public var requestID: String
    /// Whether it is the simulator's.
    public var isSimulated: Bool

    /// Facts from their parts.
    public init(file: String, sha256: String, bytes: Int, receivedAt: Date, requestID: String, isSimulated: Bool) {
        self.file = file
        self.sha256 = sha256
        self.bytes = bytes
        self.receivedAt = receivedAt
        self.requestID = requestID
        self.isSimulated = isSimulated
    }
}

/// A batch's rows on their way into the staging table.
public struct StagedBatch: Sendable {
    public var batch: Batch
    public var landed: LandedFacts
    public var processedFile: String
    /// The body's own `element_count`; nil where it has none.
    public var elementCount: Int?
    /// Objects the body lists.
    public var listed: Int
    /// Records held against the rules, and those rejected.
    public var records: Int
    public var rejectedRecords: Int
    /// The feed's days and how many objects each lists.
    public var days: [ListedDay]
    public var approaches: [CloseApproach]
    public var orbits: [ObjectOrbit]
    public var quarantined: [QuarantinedRecord]

    /// A day of a feed.
    public struct ListedDay: Sendable, Codable, Hashable {
        public var date: CalendarDate
        public var listed: Int

        /// A day and how many objects it lists.
        public init(date: CalendarDate, listed: Int) {
            self.date = date
            self.listed = listed
        }
    }

    /// A staged batch from its parts.
    public init(
        batch: Batch, landed: LandedFacts, processedFile: String, elementCount: Int?, listed: Int, records: Int, rejectedRecords: Int,
        days: [ListedDay], approaches: [CloseApproach], orbits: [ObjectOrbit], quarantined: [QuarantinedRecord]
    ) {
        self.batch = batch
        self.landed = landed
        self.processedFile = processedFile
        self.elementCount = elementCount
        self.listed = listed
        self.records = records
        self.rejectedRecords = rejectedRecords
        self.days = days
        self.approaches = approaches
        self.orbits = orbits
        self.quarantined = quarantined
    }
}

/// What the batch rules are asked about.
public struct AuditFacts: Sendable {
    public var record: BatchRecord
    /// The feed's days and what each lists, in the body's order.
    public var days: [StagedBatch.ListedDay]
    /// Rows in the staging table, and how many distinct keys they have.
    public var stagedRows: Int
    public var distinctKeys: Int
    /// Keys that occur more than once, at most ten, readable.
    public var duplicates: [String]
    /// Staged rows outside of the window.
    public var outsideWindow: Int
    /// Rows that are published now for the same scope.
    public var publishedRows: Int
    /// Mean listing per day of the days published within a year around the window, and over how many days.
    public var usualPerDay: Double?
    public var usualDays: Int
    /// Records in quarantine from this body, by the rule they break.
    public var rejectedByRule: [String: Int]
}

/// What a publication changed.
public struct PublishCounts: Sendable, Hashable, Codable {
    public var inserted = 0
    public var revised = 0
    public var retired = 0
    public var unchanged = 0

    /// Nothing yet.
    public init() {}

    /// The sums.
    public static func + (left: PublishCounts, right: PublishCounts) -> PublishCounts {
        var sum = left
        sum.inserted += right.inserted
        sum.revised += right.revised
        sum.retired += right.retired
        sum.unchanged += right.unchanged
        return sum
    }
}
