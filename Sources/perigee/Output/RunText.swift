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
        if report.published > 0 {
            let results = try await store.qualitySums(run: report.run)
            if !results.isEmpty { lines += ["", "Quality:", QualityTable.text(results)] }
        }
        return lines + places
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
        let found = try await nearest(5, range) { $0.orbitingBody = "Earth" }
        return found.isEmpty ? ["", "No approaches in this range."] : ["", "The closest:", ApproachTable.text(found)]
    }

    private func hazardous(_ range: DateWindow) async throws(StoreError) -> [String] {
        let found = try await nearest(10, range) { $0.hazardousOnly = true }
        return found.isEmpty
            ? ["", "None is potentially hazardous."]
            : ["", "Potentially hazardous, the closest first (10 at most):", ApproachTable.text(found)]
    }

    private func nearest(_ limit: Int, _ range: DateWindow, _ narrow: (inout ApproachQuery) -> Void)
        async throws(StoreError) -> [PublishedApproach]
    {
        var query = ApproachQuery()
        query.from = range.from
        query.to = range.to
        query.order = .distance
        query.limit = limit
        narrow(&query)
        return try await store.approaches(query)
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
    static func text(_ sums: [QualityResult]) -> String {
        TextTable.text(
            [("rule", .left), ("severity", .left), ("checked", .right), ("failed", .right), ("result", .left)],
            sums.map {
                [$0.rule, $0.severity.rawValue, "\($0.checked)", "\($0.failed)", $0.failed == 0 ? "pass" : $0.detail]
            })
    }
}
