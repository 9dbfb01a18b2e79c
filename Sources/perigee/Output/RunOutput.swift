import NearEarth
import Pipeline
import Support
import Warehouse

/// A run as `--json` prints it, with its `files` in front: schema `perigee.run/1`.
struct RunOutput: Encodable {
    var schema = "perigee.run/1"
    var run: RunID
    var command: String
    var status: RunStatus
    var exitCode: ExitStatus
    var from: CalendarDate?
    var to: CalendarDate?
    var store: String
    var landing: String
    var windows: [String: Int]
    var rows: [String: Int]
    var requests: [String: Int]
    var failures: [Failure]

    /// A batch's files in the landing zone.
    struct Files: Encodable {
        var batch: String
        var raw: String?
        var processed: String?

        /// Of all batches, in the order of their names.
        static func of(_ report: RunReport) -> some Sequence<Files> {
            report.outcomes.lazy.map { (name: $0.batch.name, outcome: $0) }.sorted { $0.name < $1.name }
                .lazy.map { Files(batch: $0.name, raw: $0.outcome.rawFile, processed: $0.outcome.processedFile) }
        }
    }

    struct Failure: Encodable {
        var batch: String
        var stage: Stage
        var exitCode: ExitStatus
        var message: String
        var nextStep: String
        var evidence: String?
    }

    init(_ report: RunReport, store: String, landing: String) {
        run = report.run
        command = report.command
        status = report.status
        exitCode = report.exitStatus
        from = report.range?.from
        to = report.range?.to
        self.store = store
        self.landing = landing
        windows = [
            "planned": report.planned, "done": report.outcomes.count, "published": report.published,
            "skipped": report.skipped, "failed": report.failures.count, "not_begun": report.notBegun,
        ]
        let counts = report.counts
        rows = [
            "inserted": counts.inserted, "revised": counts.revised, "retired": counts.retired,
            "unchanged": counts.unchanged, "quarantined": report.quarantined,
        ]
        requests = ["sent": report.requests, "waited_ms": report.waitedMilliseconds]
        requests["left"] = report.requestsLeft
        failures = report.failures.map {
            Failure(
                batch: $0.batch.name, stage: $0.stage, exitCode: $0.exitStatus, message: "\($0)",
                nextStep: $0.nextStep, evidence: $0.evidence)
        }
    }
}

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
