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
    /// SHA-256 of the raw file.
    public var sha256: String
    /// Size of the raw file.
    public var bytes: Int
    /// When the body was received, and under which request id.
    public var receivedAt: Date
    /// The gateway's request id.
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
    /// The batch.
    public var batch: Batch
    /// What was landed.
    public var landed: LandedFacts
    /// Name of the processed CSV.
    public var processedFile: String
    /// The body's own `element_count`; nil where it has none.
    public var elementCount: Int?
    /// Objects the body lists.
    public var listed: Int
    /// Records held against the rules, and those rejected.
    public var records: Int
    /// Records rejected.
    public var rejectedRecords: Int
    /// The feed's days and how many objects each lists.
    public var days: [ListedDay]
    /// Rows for `nasa_neo_data`.
    public var rows: ApproachRows
    /// Orbits of its objects.
    public var orbits: [ObjectOrbit]
    /// Violations for the quarantine.
    public var quarantined: [QuarantinedRecord]
    /// How many rows Spark's executors have put into the staging table; nil where they are in `rows`.
    public var rowsInStaging: Int?
    /// How many rows there are.
    public var rowCount: Int { rowsInStaging ?? rows.count }

    /// A day of a feed.
    public struct ListedDay: Sendable, Codable, Hashable {
        /// The day.
        public var date: CalendarDate
        /// Objects listed.
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
        days: [ListedDay], rows: ApproachRows, orbits: [ObjectOrbit], quarantined: [QuarantinedRecord]
    ) {
        self.batch = batch
        self.landed = landed
        self.processedFile = processedFile
        self.elementCount = elementCount
        self.listed = listed
        self.records = records
        self.rejectedRecords = rejectedRecords
        self.days = days
        self.rows = rows
        self.orbits = orbits
        self.quarantined = quarantined
    }
}

/// What the batch rules are asked about.
public struct AuditFacts: Sendable {
    /// The batch.
    public var batch: Batch
    /// The batch in the ledger.
    public var record: BatchRecord
    /// The feed's days and what each lists, in the body's order.
    public var days: [StagedBatch.ListedDay]
    /// Rows in the staging table, and how many distinct keys they have.
    public var stagedRows: Int
    /// Distinct keys among them.
    public var distinctKeys: Int
    /// Keys that occur more than once, at most ten, readable.
    public var duplicates: [String]
    /// Staged rows outside of the window.
    public var outsideWindow: Int
    /// Rows that are published now for the same scope.
    public var publishedRows: Int
    /// Mean listing per day of the days published within a year around the window, and over how many days.
    public var usualPerDay: Double?
    /// How many days that mean is of.
    public var usualDays: Int
    /// Records in quarantine from this body, by the rule they break.
    public var rejectedByRule: [String: Int]
}

/// What became of a batch that was loaded.
public struct LoadedBatch: Sendable {
    /// The batch.
    public var batch: Batch
    /// What the rules found.
    public var results: [QualityResult]
    /// What its publication changed; nil where a rule refused it.
    public var counts: PublishCounts?
}

/// What a publication changed.
public struct PublishCounts: Sendable, Hashable, Codable {
    /// New rows.
    public var inserted = 0
    /// Rows that differ from what was published.
    public var revised = 0
    /// Rows that the body no longer lists.
    public var retired = 0
    /// Rows as they were.
    public var unchanged = 0

    /// Nothing yet.
    public init() {}

    /// So many new rows.
    static func inserted(_ count: Int) -> PublishCounts {
        var counts = PublishCounts()
        counts.inserted = count
        return counts
    }

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
