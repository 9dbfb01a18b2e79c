import NearEarth
import Pipeline
import Support
import Warehouse

/// A run as `--json` prints it: schema `perigee.run/1`.
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
    var files: [Files]
    var failures: [Failure]

    struct Files: Encodable {
        var batch: String
        var raw: String?
        var processed: String?
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
        files = report.outcomes.sorted { $0.batch.name < $1.batch.name }
            .map { Files(batch: $0.batch.name, raw: $0.rawFile, processed: $0.processedFile) }
        failures = report.failures.map {
            Failure(
                batch: $0.batch.name, stage: $0.stage, exitCode: $0.exitStatus, message: "\($0)",
                nextStep: $0.nextStep, evidence: $0.evidence)
        }
    }
}
