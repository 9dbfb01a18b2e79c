import NearEarth
import Pipeline
import Warehouse

/// A run for people: what came in, what stands out, what the audit found, where everything is.
struct RunText {
    let report: RunReport
    let store: Store
    let landing: String

    /// The report's lines.
    func lines() async throws(StoreError) -> [String] {
        var lines = [headline, requestLine]
        if report.notBegun > 0 { lines.append("\(report.notBegun) of \(report.planned) windows were not begun.") }
        if let range = report.range, report.published + report.skipped > 0 {
            lines += try await closest(range)
            lines += try await hazardous(range)
        }
        if report.published > 0 { lines += try await quality() }
        lines += places
        return lines
    }

    private var headline: String {
        let counts = report.counts
        let range = report.range.map { " \($0.from) to \($0.to)" } ?? ""
        return """
            Run \(report.run), \(report.command)\(range): \(report.status.rawValue).
            Windows: \(report.planned) planned, \(report.published) published, \(report.skipped) up to date, \(report.failures.count) failed.
            Approaches: \(counts.inserted) new, \(counts.revised) revised, \(counts.retired) retired, \(counts.unchanged) unchanged, \(report.quarantined) in quarantine.
            """
    }

    private var requestLine: String {
        let left = report.requestsLeft.map { ", \($0) left this hour" } ?? ""
        let waited =
            report.waitedMilliseconds > 0
            ? ", waited \(DurationText.text(.milliseconds(report.waitedMilliseconds))) for the quota" : ""
        return "Requests: \(report.requests)\(left)\(waited)."
    }

    private func closest(_ range: DateWindow) async throws(StoreError) -> [String] {
        var query = ApproachQuery()
        query.from = range.from
        query.to = range.to
        query.orbitingBody = "Earth"
        query.order = .distance
        query.limit = 5
        let found = try await store.approaches(query)
        return found.isEmpty ? ["", "No approaches in this range."] : ["", "The closest:", ApproachTable.text(found)]
    }

    private func hazardous(_ range: DateWindow) async throws(StoreError) -> [String] {
        var query = ApproachQuery()
        query.from = range.from
        query.to = range.to
        query.hazardousOnly = true
        query.order = .distance
        query.limit = 10
        let found = try await store.approaches(query)
        return found.isEmpty
            ? ["", "None is potentially hazardous."]
            : ["", "Potentially hazardous, the closest first (10 at most):", ApproachTable.text(found)]
    }

    private func quality() async throws(StoreError) -> [String] {
        let results = try await store.quality(run: report.run)
        return results.isEmpty ? [] : ["", "Quality:", QualityTable.text(results)]
    }

    private var places: [String] {
        let files = report.outcomes.last { $0.rawFile != nil }
        var lines = ["", "Store:   \(store.location)", "Landing: \(landing)"]
        if let raw = files?.rawFile { lines.append("         \(raw)") }
        if let processed = files?.processedFile { lines.append("         \(processed)") }
        return lines
    }
}

/// What the rules found, summed over a run's batches.
enum QualityTable {
    static func text(_ results: [QualityRecord]) -> String {
        var order: [String] = []
        var sums: [String: (severity: Severity, checked: Int, failed: Int, detail: String)] = [:]
        for record in results {
            let result = record.result
            if sums[result.rule] == nil { order.append(result.rule) }
            let sum = sums[result.rule] ?? (result.severity, 0, 0, "")
            sums[result.rule] = (
                sum.severity, sum.checked + result.checked, sum.failed + result.failed,
                sum.detail.isEmpty ? result.detail : sum.detail
            )
        }
        var table = TextTable([
            ("rule", .left), ("severity", .left), ("checked", .right), ("failed", .right), ("result", .left),
        ])
        for rule in order {
            guard let sum = sums[rule] else { continue }
            table.add([
                rule, sum.severity.rawValue, "\(sum.checked)", "\(sum.failed)", sum.failed == 0 ? "pass" : sum.detail,
            ])
        }
        return table.text
    }
}
