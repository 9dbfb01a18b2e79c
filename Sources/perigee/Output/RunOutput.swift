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
    var exitCode: Int
    var from: CalendarDate?
    var to: CalendarDate?
    var store: String
    var landing: String
    var windows: Windows
    var rows: Rows
    var requests: Requests
    var files: [Files]
    var failures: [Failure]

    struct Windows: Encodable {
        var planned: Int
        var done: Int
        var published: Int
        var skipped: Int
        var failed: Int
        var notBegun: Int

        enum CodingKeys: String, CodingKey {
            case planned, done, published, skipped, failed
            case notBegun = "not_begun"
        }
    }

    struct Rows: Encodable {
        var inserted: Int
        var revised: Int
        var retired: Int
        var unchanged: Int
        var quarantined: Int
    }

    struct Requests: Encodable {
        var sent: Int
        var waitedMilliseconds: Int
        var left: Int?

        enum CodingKeys: String, CodingKey {
            case sent, left
            case waitedMilliseconds = "waited_ms"
        }
    }

    struct Files: Encodable {
        var batch: String
        var raw: String?
        var processed: String?
    }

    struct Failure: Encodable {
        var batch: String
        var stage: Stage
        var exitCode: Int
        var message: String
        var nextStep: String
        var evidence: String?

        enum CodingKeys: String, CodingKey {
            case batch, stage, message, evidence
            case exitCode = "exit_code"
            case nextStep = "next_step"
        }
    }

    enum CodingKeys: String, CodingKey {
        case schema, run, command, status, from, to, store, landing, windows, rows, requests, files, failures
        case exitCode = "exit_code"
    }

    init(_ report: RunReport, store: String, landing: String) {
        run = report.run
        command = report.command
        status = report.status
        exitCode = Int(report.exitStatus.rawValue)
        from = report.range?.from
        to = report.range?.to
        self.store = store
        self.landing = landing
        windows = Windows(
            planned: report.planned, done: report.outcomes.count, published: report.published,
            skipped: report.skipped,
            failed: report.failures.count, notBegun: report.notBegun)
        let counts = report.counts
        rows = Rows(
            inserted: counts.inserted, revised: counts.revised, retired: counts.retired, unchanged: counts.unchanged,
            quarantined: report.quarantined)
        requests = Requests(
            sent: report.requests, waitedMilliseconds: report.waitedMilliseconds, left: report.requestsLeft)
        files = report.outcomes.sorted { $0.batch.name < $1.batch.name }
            .map { Files(batch: $0.batch.name, raw: $0.rawFile, processed: $0.processedFile) }
        failures = report.failures.map {
            Failure(
                batch: $0.batch.name, stage: $0.stage, exitCode: Int($0.exitStatus.rawValue), message: "\($0)",
                nextStep: $0.nextStep,
                evidence: $0.evidence)
        }
    }
}
