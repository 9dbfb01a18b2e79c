import NearEarth
import Warehouse

/// What a person demands of an answer beyond the rules. One that falls short stays landed and is not judged: what a store
/// holds is a function of the answers and the rules, not of a person's options.
public struct AnswerDemand: Sendable {
    /// Whether each day of a window has to be listed, and at least one approach.
    public var isStrict = false
    /// How many approaches a window has to list at least; nil for no bound.
    public var minimum: Int?

    /// No demand.
    public init() {}

    /// Whether every answer is good enough.
    var isNone: Bool { !isStrict && minimum ?? 0 == 0 }

    /// What an answer that lists so many approaches, and these days, falls short of: findings as the audit's.
    func shortcomings(approaches: Int, days: [CalendarDate], of batch: Batch) -> [QualityResult] {
        guard let window = batch.window else { return [] }
        let least = max(minimum ?? 0, isStrict ? 1 : 0)
        var found: [QualityResult] = []
        let missing = window.missingDays(listed: days)
        if isStrict, !missing.isEmpty {
            found.append(Self.finding(BatchRule.windowComplete.rawValue, window.dayCount, Self.text(missing)))
        }
        if approaches < least {
            let detail =
                "\(window) lists \(approaches.counted("approach", "approaches")), and \(least) at least are demanded"
            found.append(Self.finding("minimum", approaches, detail))
        }
        return found
    }

    /// What a person should know of an answer that is published all the same.
    static func warnings(_ statement: Statement, of batch: Batch) -> [String] {
        guard let window = batch.window else { return [] }
        if statement.listed == 0, window.from <= .today {
            return ["NASA's answer for \(window) lists no approach at all: --refresh asks again, --strict refuses it"]
        }
        let missing = window.missingDays(listed: statement.days.map(\.date))
        return missing.isEmpty
            ? []
            : [
                "NASA's answer for \(window) leaves days out (\(text(missing))): the next run asks again, --strict refuses it"
            ]
    }

    private static func text(_ days: [CalendarDate]) -> String { days.map { "\($0)" }.joined(separator: ", ") }

    private static func finding(_ rule: String, _ checked: Int, _ detail: String) -> QualityResult {
        QualityResult(rule: rule, severity: .batch, passed: false, checked: checked, failed: 1, detail: detail)
    }
}
