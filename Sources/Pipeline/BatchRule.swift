public import Foundation
public import NearEarth
import Transform
public import Warehouse

/// What each batch has to fulfil before it is published.
public enum BatchRule: String, Sendable, CaseIterable {
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
    /// The body does not take back more than half of what is published for the same days.
    case volumeDrop = "volume-drop"
    /// The days list about as many objects as the days within a year around them.
    case volumeUsual = "volume-usual"
    /// The body is not older than 30 days.
    case freshness

    /// What a failure means.
    public var severity: Severity {
        switch self {
        case .elementCount, .keyUnique, .windowBounds, .quarantineShare, .volumeDrop: .batch
        case .windowComplete, .volumeUsual, .freshness: .warning
        }
    }

    /// All that the rules find in a batch, those on records included.
    @Sendable public static func results(_ facts: AuditFacts) -> [QualityResult] {
        let now = Date()
        return allCases.compactMap { $0.check(facts, window: facts.batch.window, now: now) } + recordRules(facts)
    }

    /// Checks the rule; nil where it does not apply.
    public func check(_ facts: AuditFacts, window: DateWindow?, now: Date) -> QualityResult? {
        let record = facts.record
        switch self {
        case .elementCount:
            guard let declared = record.elementCount, let listed = record.listed else { return nil }
            return result(listed, declared == listed ? 0 : abs(declared - listed), "element_count says \(declared), the body lists \(listed)")
        case .keyUnique:
            return result(
                facts.stagedRows, facts.stagedRows - facts.distinctKeys,
                "(SPK-ID, body, date) occurs more than once: \(facts.duplicates.joined(separator: ", "))")
        case .windowBounds:
            guard let window else { return nil }
            let outside = facts.days.filter { !window.contains($0.date) }
            return result(
                facts.days.count, outside.count + facts.outsideWindow,
                "outside of \(window): \(outside.map { "\($0.date)" }.joined(separator: ", ")), \(facts.outsideWindow) rows")
        case .windowComplete:
            guard let window else { return nil }
            let listed = Set(facts.days.map(\.date))
            let missing = window.days.filter { !listed.contains($0) }
            return result(window.dayCount, missing.count, "not listed: \(missing.map { "\($0)" }.joined(separator: ", "))")
        case .quarantineShare:
            guard let records = record.records, let rejected = record.rejected else { return nil }
            return result(records, rejected > 5 && rejected * 10 > records ? rejected : 0, "\(rejected) of \(records) records are in quarantine")
        case .volumeDrop:
            guard window != nil, facts.publishedRows >= 20, let listed = record.records else { return nil }
            return result(
                listed, listed * 2 < facts.publishedRows ? facts.publishedRows - listed : 0,
                "\(facts.publishedRows) approaches are published for these days, the body lists \(listed)")
        case .volumeUsual:
            guard let window, let usual = facts.usualPerDay, facts.usualDays >= 30, let listed = record.listed else { return nil }
            let perDay = Double(listed) / Double(window.dayCount)
            return result(
                listed, perDay < usual / 3 || perDay > usual * 3 ? max(1, listed) : 0,
                "\(Self.oneDecimal(perDay)) objects a day, \(Self.oneDecimal(usual)) in the year around")
        case .freshness:
            guard let received = record.receivedAt else { return nil }
            let days = Int(now.timeIntervalSince(received) / 86_400)
            return result(1, days > 30 ? 1 : 0, "the body is \(days) days old; NASA may have revised it")
        }
    }

    /// The record rules' results, from what they sent to quarantine.
    public static func recordRules(_ facts: AuditFacts) -> [QualityResult] {
        RecordRule.allCases.map { rule in
            let failed = facts.rejectedByRule[rule.rawValue] ?? 0
            return QualityResult(
                rule: rule.rawValue, severity: .record, passed: failed == 0, checked: facts.record.records ?? 0, failed: failed,
                detail: failed == 0 ? "" : "\(failed) record\(failed == 1 ? "" : "s") in quarantine")
        }
    }

    private func result(_ checked: Int, _ failed: Int, _ detail: @autoclosure () -> String) -> QualityResult {
        QualityResult(rule: rawValue, severity: severity, passed: failed == 0, checked: checked, failed: failed, detail: failed == 0 ? "" : detail())
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
