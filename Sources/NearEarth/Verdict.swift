public import Foundation

/// What the audit said of an observation under a version of the rules. Evidence: landed beside the observation and
/// logged in the store; for each observation and version there is one, and it never changes.
public struct Verdict: Sendable, Hashable, Codable {
    /// The version of the rules.
    public var rules: Int
    /// Whether the observation may be published.
    public var isAccepted: Bool
    /// What stands in the way, a sentence for each rule; empty where nothing does.
    public var findings: [String]
    /// Whether a person may accept it all the same: it only takes back more than the rules allow without being asked.
    public var isAcceptable: Bool
    /// When it was said.
    public var recordedAt: Date

    /// A verdict from its parts.
    public init(rules: Int, isAccepted: Bool, findings: [String] = [], isAcceptable: Bool = false, recordedAt: Date) {
        self.rules = rules
        self.isAccepted = isAccepted
        self.findings = findings
        self.isAcceptable = isAcceptable
        self.recordedAt = recordedAt
    }

    enum CodingKeys: String, CodingKey {
        case rules, findings
        case isAccepted = "accepted"
        case isAcceptable = "acceptable"
        case recordedAt = "recorded_at"
    }
}

/// A person's word that an observation counts although it takes back much of what is published.
public struct Acceptance: Sendable, Hashable, Codable {
    /// When it was given.
    public var recordedAt: Date
    /// The machine it was given on.
    public var host: String

    /// An acceptance from its parts.
    public init(recordedAt: Date, host: String) {
        self.recordedAt = recordedAt
        self.host = host
    }

    enum CodingKeys: String, CodingKey {
        case host
        case recordedAt = "recorded_at"
    }
}

/// An observation's verdict, and whether somebody accepted what it refused.
public struct Judgment: Sendable, Hashable {
    /// What the audit said.
    public var verdict: Verdict
    /// Who overruled it; nil where nobody did.
    public var acceptance: Acceptance?

    /// A judgment from its parts.
    public init(_ verdict: Verdict, acceptance: Acceptance? = nil) {
        self.verdict = verdict
        self.acceptance = acceptance
    }

    /// Whether the observation counts.
    public var isAccepted: Bool { verdict.isAccepted || (verdict.isAcceptable && acceptance != nil) }
}
