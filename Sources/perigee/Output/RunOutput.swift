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
    var warnings: [String]
    var failures: [Failure]

    /// A batch's files in the landing zone.
    struct Files: Encodable {
        var batch: String
        var raw: String?
        var processed: String?

        /// Of all batches, in the order of their names.
        static func of(_ report: RunReport) -> some Sequence<Files> {
            // Sorted by number: copies of the outcomes of a long run would take more room than all else.
            report.outcomes.indices.map { (name: report.outcomes[$0].batch.name, index: $0) }
                .sorted { $0.name < $1.name }.lazy.map { name, index in
                    let outcome = report.outcomes[index]
                    return Files(batch: name, raw: outcome.rawFile, processed: outcome.processedFile)
                }
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
        warnings = report.warnings
        failures = report.failures.map {
            Failure(
                batch: $0.batch.name, stage: $0.stage, exitCode: $0.exitStatus, message: "\($0)",
                nextStep: $0.nextStep, evidence: $0.evidence)
        }
    }
}

/// A run for people: the answer first, then where everything is.
struct RunText {
    let report: RunReport
    let store: Store
    let screen: Screen

    /// The closest approaches that are shown.
    private static let closest = 3

    /// The report's lines.
    func lines() async throws(StoreError) -> [String] {
        if report.isInterrupted { return [interrupted] }
        guard report.failures.isEmpty else { return [headline, details] }
        guard hasWork else { return ["\(headline) (run \(report.run), \(requests))"] }
        var lines = [headline, details]
        if let range, report.published > 0 { lines += try await closest(range) }
        return lines + [
            "", screen.text("`perigee show \(report.run)` has each window and what the audit found.", .faint),
        ]
    }

    /// Whether anything changed that is worth more than a line.
    private var hasWork: Bool {
        let counts = report.counts
        return counts.inserted + counts.revised + counts.retired + report.quarantined > 0
    }

    /// The days that the run was about, whether they were asked for or stand in raw bodies; nil for lookups and pages.
    private var range: DateWindow? {
        if let range = report.range { return range }
        let windows = (report.outcomes.map(\.batch) + report.failures.map(\.batch)).compactMap(\.window)
        guard let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return nil }
        return DateWindow(from: first, to: last)
    }

    /// What the run was about: its days, or the one object, or so many pages.
    private var subject: String {
        if let range { return "\(range.from) to \(range.to)" }
        return report.planned == 1 ? report.outcomes.first.map { "\($0.batch)" } ?? report.command : report.command
    }

    private var interrupted: String {
        "Interrupted: \(report.outcomes.count) of \(report.planned.counted("window")) done. The same command goes on from there."
    }

    private var headline: String {
        let counts = report.counts
        let changes = [
            (counts.inserted, "new"), (counts.revised, "revised"), (counts.retired, "retired"),
            (report.quarantined, "in quarantine (`perigee quarantine`)"),
        ].filter { $0.0 > 0 }.map { "\($0.0.grouped()) \($0.1)" }
        if !report.failures.isEmpty {
            let rest = report.notBegun > 0 ? ", \(report.notBegun) not begun" : ""
            return """
                \(subject): \(report.failures.count) of \(report.planned.counted("window")) failed\(rest), \
                \(report.outcomes.count) done\(changes.isEmpty ? "" : " (\(changes.joined(separator: ", ")))").
                """
        }
        guard changes.isEmpty else { return "\(subject): \(changes.joined(separator: ", "))." }
        if report.skipped == report.planned { return "\(subject): up to date." }
        if report.published > 0 {
            return "\(subject): nothing changed, \(counts.unchanged.counted("approach", "approaches"))."
        }
        return "\(subject): \(report.command) done."
    }

    private var requests: String { report.requests == 0 ? "no request" : report.requests.counted("request") }

    /// The run in figures.
    private var details: String {
        var parts = ["Run \(report.run)", report.planned.counted("window")]
        if report.skipped > 0, report.skipped < report.planned { parts.append("\(report.skipped) up to date") }
        parts.append(requests)
        if let left = report.requestsLeft { parts.append("\(left.grouped()) left this hour") }
        if report.waitedMilliseconds > 0 {
            parts.append("waited \(DurationText.text(.milliseconds(report.waitedMilliseconds))) for the quota")
        }
        return parts.joined(separator: ", ") + ", into \(store.location)."
    }

    private func closest(_ range: DateWindow) async throws(StoreError) -> [String] {
        var query = ApproachQuery()
        (query.from, query.to) = (range.from, range.to)
        query.order = .distance
        query.limit = Self.closest
        query.orbitingBody = "Earth"
        let found = try await store.approaches(query)
        return found.isEmpty
            ? [] : ["", "The closest:", ApproachTable.text(found.map(\.approach), screen, tellsDropped: false)]
    }
}

/// What the rules found, summed over a run's batches.
enum QualityTable {
    static func text(_ sums: [QualityResult], _ screen: Screen) -> String {
        TextTable(
            [
                .init("rule"), .init("severity", yields: .drop(1)), .init("checked", .right, yields: .drop(2)),
                .init("failed", .right),
                .init("result", yields: .shorten(3, to: 20)) { $0 == "pass" ? .good : .bad },
            ],
            sums.map {
                [$0.rule, $0.severity.rawValue, "\($0.checked)", "\($0.failed)", $0.failed == 0 ? "pass" : $0.detail]
            }
        ).text(screen)
    }
}
