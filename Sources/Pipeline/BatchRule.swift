public import Foundation
import NearEarth
import Transform
public import Warehouse

/// What each answer has to fulfill before it is published.
public enum BatchRule: String, Sendable, CaseIterable {
    /// The body answers what was asked: the feed, this object, this page.
    case answersRequest = "answers-request"
    /// The body lists as many objects as its `element_count` says.
    case elementCount = "element-count"
    /// No approach occurs twice.
    case keyUnique = "key-unique"
    /// Nothing lies outside of the window that was asked for.
    case windowBounds = "window-bounds"
    /// Every day of the window is listed, if only as empty.
    case windowComplete = "window-complete"
    /// Few records are in quarantine: at most 10 %, or 5.
    case quarantineShare = "quarantine-share"
    /// The body does not take back more than half of what is published of the days or the object that it is about (3
    /// rows or more), unless a person accepts it.
    case volumeDrop = "volume-drop"
    /// The days list about as many objects as the days within a year around them.
    case volumeUsual = "volume-usual"
    /// The body is not older than 30 days.
    case freshness

    /// What a failure means.
    public var severity: Severity {
        switch self {
        case .answersRequest, .elementCount, .keyUnique, .windowBounds, .quarantineShare, .volumeDrop: .batch
        case .windowComplete, .volumeUsual, .freshness: .warning
        }
    }

    /// Published rows below which anything may be taken back.
    private static let smallestVolume = 3

    /// All that the rules find in an answer, those on records included.
    @Sendable public static func results(_ facts: AuditFacts) -> [QualityResult] {
        let now = Date()
        return allCases.compactMap { $0.check(facts, now: now) } + recordRules(facts.statement)
    }

    /// Whether a person may accept what the rules refuse: it only takes back too much.
    @Sendable public static func areAcceptable(_ results: [QualityResult]) -> Bool {
        let failures = results.filter { !$0.passed && $0.severity == .batch }
        return !failures.isEmpty && failures.allSatisfy { $0.rule == volumeDrop.rawValue }
    }

    /// Checks the rule; nil where it does not apply.
    public func check(_ facts: AuditFacts, now: Date) -> QualityResult? {
        let statement = facts.statement
        let window = facts.observation.batch.window
        switch self {
        case .answersRequest:
            let problem = Self.otherAnswer(facts)
            return result(1, problem == nil ? 0 : 1, problem ?? "")
        case .elementCount:
            guard let declared = statement.elementCount else { return nil }
            return result(
                statement.listed, declared == statement.listed ? 0 : max(1, abs(declared &- statement.listed)),
                "element_count says \(declared), the body lists \(statement.listed)")
        case .keyUnique:
            let repeated = Dictionary(grouping: statement.rows.keys, by: { $0 }).filter { $0.value.count > 1 }
            return result(
                statement.rows.count, repeated.values.reduce(0) { $0 + $1.count - 1 },
                "(SPK-ID, body, date) occurs more than once: "
                    + repeated.sorted { $0.key < $1.key }.prefix(10).map { "\($0.key) (\($0.value.count) times)" }
                    .joined(separator: ", "))
        case .windowBounds:
            guard let window else { return nil }
            let outside = statement.days.filter { !window.contains($0.date) }
            let rows = statement.rows.keys.count { !window.contains($0.date) }
            return result(
                statement.days.count, outside.count + rows,
                "outside of \(window): \(outside.map { "\($0.date)" }.joined(separator: ", ")), \(rows) rows")
        case .windowComplete:
            guard let window else { return nil }
            let missing = window.missingDays(listed: statement.days.map(\.date))
            return result(
                window.dayCount, missing.count, "not listed: \(missing.map { "\($0)" }.joined(separator: ", "))")
        case .quarantineShare:
            let rejected = statement.rejectedRecords
            return result(
                statement.records, rejected > 5 && rejected * 10 > statement.records ? rejected : 0,
                "\(rejected) of \(statement.records) records are in quarantine")
        case .volumeDrop:
            if let earlier = facts.earlierRefusal { return result(1, 1, earlier.replacing("\(rawValue): ", with: "")) }
            let isTooMuch = facts.publishedRows >= Self.smallestVolume && facts.takenBack * 2 > facts.publishedRows
            let more = facts.takenBack > facts.examples.count ? ", ..." : ""
            return result(
                facts.publishedRows, isTooMuch ? facts.takenBack : 0,
                "\(facts.takenBack) of \(facts.publishedRows) published approaches would go: \(facts.examples.joined(separator: ", "))\(more)"
            )
        case .volumeUsual:
            guard let window, let usual = facts.usualPerDay, facts.usualDays >= 30 else { return nil }
            let perDay = Double(statement.listed) / Double(window.dayCount)
            return result(
                statement.listed, perDay < usual / 3 || perDay > usual * 3 ? max(1, statement.listed) : 0,
                "\(Self.oneDecimal(perDay)) objects a day, \(Self.oneDecimal(usual)) in the year around")
        case .freshness:
            let days = Int(
                now.timeIntervalSince(Timestamp.date(milliseconds: facts.observation.stamp.service)) / 86_400)
            return result(1, days > 30 ? 1 : 0, "the body is \(days) days old; NASA may have revised it")
        }
    }

    /// What else an answer is than what was asked for.
    private static func otherAnswer(_ facts: AuditFacts) -> String? {
        let statement = facts.statement
        switch (facts.observation.batch, statement.kind) {
        case (.feed, .feed): return nil
        case (.lookup(let id), .lookup):
            return statement.spkID == id
                ? nil : "asked for \(id), answered with \(PlainText.escaped(statement.spkID ?? "no object"))"
        case (.browse(let page), .page):
            return (statement.page ?? page) == page
                ? nil : "asked for page \(page), answered with page \(statement.page ?? 0)"
        case (.feed, let kind): return "asked for a feed, answered with a \(kind.rawValue)"
        case (.lookup, let kind): return "asked for an object, answered with a \(kind.rawValue)"
        case (.browse, let kind): return "asked for a page, answered with a \(kind.rawValue)"
        }
    }

    /// The record rules' results, from what they sent to quarantine.
    private static func recordRules(_ statement: Statement) -> [QualityResult] {
        let broken = Dictionary(grouping: statement.rejected, by: \.rule).mapValues { Set($0.map(\.recordPath)).count }
        return RecordRule.allCases.map { rule in
            let failed = broken[rule.rawValue] ?? 0
            return QualityResult(
                rule: rule.rawValue, severity: .record, passed: failed == 0, checked: statement.records, failed: failed,
                detail: failed == 0 ? "" : "\(failed) record\(failed == 1 ? "" : "s") in quarantine")
        }
    }

    private func result(_ checked: Int, _ failed: Int, _ detail: @autoclosure () -> String) -> QualityResult {
        QualityResult(
            rule: rawValue, severity: severity, passed: failed == 0, checked: checked, failed: failed,
            detail: failed == 0 ? "" : detail())
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
