public import NearEarth

/// A statement with the observation that made it and what the audit said: what a store publishes.
public struct JudgedStatement: Sendable {
    /// The answer.
    public var observation: Observation
    /// What it says.
    public var statement: Statement
    /// Name of the processed CSV.
    public var processedFile: String
    /// What the audit said of it, and whether that was overruled.
    public var judgment: Judgment
    /// What each rule found.
    public var results: [QualityResult]

    /// A judged statement from its parts.
    public init(
        observation: Observation, statement: Statement, processedFile: String, judgment: Judgment,
        results: [QualityResult]
    ) {
        self.observation = observation
        self.statement = statement
        self.processedFile = processedFile
        self.judgment = judgment
        self.results = results
    }
}

/// A batch's statements, on their way through the audit: the oldest first.
public struct StatementToAudit: Sendable {
    /// The answer.
    public var observation: Observation
    /// What it says.
    public var statement: Statement
    /// What was said of it under these rules; nil for what the audit has to judge now.
    public var judgment: Judgment?
    /// What was said of it under the rules before these.
    public var earlier: Judgment?

    /// A statement from its parts.
    public init(observation: Observation, statement: Statement, judgment: Judgment?, earlier: Judgment?) {
        self.observation = observation
        self.statement = statement
        self.judgment = judgment
        self.earlier = earlier
    }
}

/// What the batch rules are asked about.
public struct AuditFacts: Sendable {
    /// The answer.
    public var observation: Observation
    /// What it says.
    public var statement: Statement
    /// Approaches that are published now of the days and objects that it speaks of.
    public var publishedRows = 0
    /// How many of them would go.
    public var takenBack = 0
    /// The first ten of what would go, readable.
    public var examples: [String] = []
    /// Why it was refused before for what it takes back; nil where it was not.
    public var earlierRefusal: String?
    /// Mean listing per day of the days published within a year around the window, and over how many days.
    public var usualPerDay: Double?
    /// How many days that mean is of.
    public var usualDays = 0

    /// Facts that need no store.
    public init(observation: Observation, statement: Statement) {
        self.observation = observation
        self.statement = statement
    }
}

/// What a publication changed.
public struct PublishCounts: Sendable, Hashable, Codable {
    /// New rows.
    public var inserted = 0
    /// Rows that differ from what was published.
    public var revised = 0
    /// Rows that NASA does not list any more.
    public var retired = 0
    /// Rows that are listed as they were.
    public var unchanged = 0

    /// Counts from their parts.
    public init(inserted: Int = 0, revised: Int = 0, retired: Int = 0, unchanged: Int = 0) {
        (self.inserted, self.revised, self.retired, self.unchanged) = (inserted, revised, retired, unchanged)
    }

    /// The sums.
    public static func + (left: PublishCounts, right: PublishCounts) -> PublishCounts {
        PublishCounts(
            inserted: left.inserted + right.inserted, revised: left.revised + right.revised,
            retired: left.retired + right.retired, unchanged: left.unchanged + right.unchanged)
    }
}
