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

    /// What an answer falls short of: findings as the audit's.
    func shortcomings(_ statement: Statement, of batch: Batch) -> [QualityResult] {
        guard let window = batch.window else { return [] }
        let least = max(minimum ?? 0, isStrict ? 1 : 0)
        var found: [QualityResult] = []
        if isStrict, let missing = Self.missingDays(statement, window) {
            found.append(Self.finding(BatchRule.windowComplete.rawValue, window.dayCount, missing))
        }
        if statement.listed < least {
            let detail =
                "\(window) lists \(statement.listed.counted("approach", "approaches")), and \(least) at least are demanded"
            found.append(Self.finding("minimum", statement.listed, detail))
        }
        return found
    }

    /// What a person should know of an answer that is published all the same.
    static func warnings(_ statement: Statement, of batch: Batch) -> [String] {
        guard let window = batch.window else { return [] }
        if statement.listed == 0, window.from <= .today {
            return ["NASA's answer for \(window) lists no approach at all: --refresh asks again, --strict refuses it"]
        }
        return missingDays(statement, window).map {
            ["NASA's answer for \(window) leaves days out (\($0)): the next run asks again, --strict refuses it"]
        } ?? []
    }

    private static func missingDays(_ statement: Statement, _ window: DateWindow) -> String? {
        let listed = Set(statement.days.map(\.date))
        let missing = window.days.filter { !listed.contains($0) }
        return missing.isEmpty ? nil : missing.map { "\($0)" }.joined(separator: ", ")
    }

    private static func finding(_ rule: String, _ checked: Int, _ detail: String) -> QualityResult {
        QualityResult(rule: rule, severity: .batch, passed: false, checked: checked, failed: 1, detail: detail)
    }
}
