import Foundation
import HTTPTypes
import NIOCore
import NearEarth
import Warehouse

/// Tables of the pages as CSV (RFC 4180).
enum Tables {
    static let all = [days, runs, changes]

    private static let days = Route.page(
        "/days.csv",
        [
            Parameter(name: "from", kind: .day, meaning: "First day."),
            Parameter(name: "to", kind: .day, meaning: "Last day."),
        ]
    ) { context in
        let to = context.arguments.day("to") ?? context.today
        let from = context.arguments.day("from") ?? to.adding(days: -365)
        guard from <= to, to.daysSinceEpoch - from.daysSinceEpoch < 3660 else {
            throw Problem.conflict("from", "a range is of 1 to 3660 days")
        }
        return csv(
            ["day", "state", "listed", "said_at", "reason"],
            try await context.store.days(DateWindow(from: from, to: to)).map { day in
                [
                    "\(day.date)", day.kind(now: context.now).rawValue, "\(day.listed)",
                    day.saidAt.map(Timestamp.iso8601) ?? "", day.refusal?.reason ?? "",
                ]
            }, "perigee-days")
    }

    private static let runs = Route.page("/runs.csv", []) { context in
        csv(
            [
                "run", "command", "engine", "status", "started_at", "finished_at", "from", "to", "planned", "published",
                "skipped", "failed",
                "inserted", "revised", "retired", "unchanged", "quarantined", "requests", "waited_ms", "exit_code",
                "error",
            ],
            try await context.store.runs(limit: 10_000).map { run in
                [
                    "\(run.id)", run.command, run.engine, run.status.rawValue, Timestamp.iso8601(run.startedAt),
                    run.finishedAt.map(Timestamp.iso8601) ?? "", run.from.map { "\($0)" } ?? "",
                    run.to.map { "\($0)" } ?? "", "\(run.planned)",
                    "\(run.published)", "\(run.skipped)", "\(run.failed)", "\(run.inserted)", "\(run.revised)",
                    "\(run.retired)",
                    "\(run.unchanged)", "\(run.quarantined)", "\(run.requests)", "\(run.waitedMs)",
                    run.exitCode.map(String.init) ?? "",
                    run.error ?? "",
                ]
            }, "perigee-runs")
    }

    /// Rows of answers whose changes a table compares at most.
    static let mostCompared = 100_000

    private static let changes = Route.page(
        "/changes.csv",
        [
            Parameter(
                name: "since", kind: .moment(mayBeRelative: true), meaning: "A run, a day, an instant, or so long ago."),
            Parameter(
                name: "kind", kind: .word(ApproachChange.Kind.allCases.map(\.rawValue)), meaning: "Of this kind."),
            Parameter(name: "within", kind: .decimal(0...1_000_000), meaning: "Within so many lunar distances."),
            Parameter(
                name: "min_shift", kind: .decimal(0...1_000_000), meaning: "Moved by so many lunar distances or more."),
            .ofRun,
        ], isHeavy: { _ in true }
    ) { context in
        let run = try await context.call.run()
        let since =
            if let run { run.startedAt } else {
                try await context.call.date(
                    of: Moment(context.arguments["since"] ?? "7d") ?? .ago(7 * 86_400), "since")
            }
        let rows = try await context.store.rowsAnswered(after: since, upTo: run?.finishedAt ?? .distantFuture)
        guard rows <= mostCompared else {
            throw Problem.conflict(
                "since",
                "\(rows) rows were published since then, more than the \(mostCompared) that a request may compare"
            )
        }
        let filter = ChangeFilter(
            kinds: context.arguments["kind"].flatMap(ApproachChange.Kind.init).map { [$0] } ?? [],
            within: context.arguments.decimal("within"), minShift: context.arguments.decimal("min_shift"),
            run: run?.id)
        let found = try await context.store.changes(after: since, upTo: run?.finishedAt).changes.filter(filter.includes)
        let lines = found.map { ChangeLines.line(ChangeDetails($0)) }
        return file(ChangeLines.header + lines.joined(), "perigee-changes")
    }

    static func csv(_ names: [String], _ rows: [[String]], _ name: String) -> Answer {
        let lines = ([names] + rows).map { $0.map(CSVRecord.field).joined(separator: ",") + "\r\n" }
        return file(lines.joined(), name)
    }

    private static func file(_ text: String, _ name: String) -> Answer {
        var answer = Answer(ByteBuffer(string: text), "text/csv; charset=utf-8")
        answer.headers[.contentDisposition] = #"attachment; filename="\#(name).csv""#
        return answer
    }
}
