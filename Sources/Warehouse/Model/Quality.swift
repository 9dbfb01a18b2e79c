public import Foundation
public import NearEarth

/// How bad the failure of a rule is.
public enum Severity: String, Sendable, Codable {
    /// Worth knowing; nothing is held back.
    case warning
    /// The record goes to quarantine.
    case record
    /// The batch is not published.
    case batch
}

/// What a rule found in a batch.
public struct QualityResult: Sendable, Codable, Hashable {
    /// The rule's name.
    public var rule: String
    /// How bad a failure is.
    public var severity: Severity
    /// Whether nothing was found.
    public var passed: Bool
    /// How many items were checked, and how many failed.
    public var checked: Int
    /// Items that failed.
    public var failed: Int
    /// What was found, in words; empty for a pass.
    public var detail: String

    /// A result from its parts.
    public init(rule: String, severity: Severity, passed: Bool, checked: Int, failed: Int, detail: String) {
        self.rule = rule
        self.severity = severity
        self.passed = passed
        self.checked = checked
        self.failed = failed
        self.detail = detail
    }
}

/// A rule's result as the ledger has it.
public struct QualityRecord: Sendable {
    /// The batch.
    public var batch: String
    /// What the rule found.
    public var result: QualityResult
}

/// An entry of the quarantine.
public struct QuarantineEntry: Sendable, Codable {
    /// Number of the entry.
    public var id: Int64
    /// `open`, or `resolved` once a later body or rule let the record pass.
    public var status: String
    /// The batch.
    public var batch: String
    /// The rule broken.
    public var rule: String
    /// JSON path of the value.
    public var path: String
    /// The value as it stands in the body.
    public var value: String
    /// What is wrong with it.
    public var reason: String
    /// SPK-ID, where the record has one.
    public var spkID: String?
    /// Raw file in the landing zone.
    public var rawFile: String
    /// Its SHA-256.
    public var rawSHA256: String
    /// The object as it stands in the body.
    public var record: String
    /// The run.
    public var run: RunID
    /// The run that resolved it.
    public var resolvedRun: RunID?
    /// When it was quarantined.
    public var createdAt: Date
}

/// What became of the days of a range.
public struct Coverage: Sendable {
    /// Rows of `nasa_neo_data` in the range.
    public var approaches: Int
    /// Potentially hazardous ones among them.
    public var hazardous: Int
    /// Days that no published body lists.
    public var missingDays: [CalendarDate]
    /// Batches whose newest answer was refused, with nothing newer published for one of their days.
    public var refused: [String]
    /// Open quarantine entries of these days.
    public var openQuarantine: Int
}

extension QualityRecord: Encodable {
    private enum CodingKeys: CodingKey {
        case batch
    }

    /// What the rule found, with the batch.
    public func encode(to encoder: any Encoder) throws {
        try result.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(batch, forKey: .batch)
    }
}
