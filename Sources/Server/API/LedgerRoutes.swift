import Foundation
import HTTPTypes
import Hummingbird
import NearEarth
import Pipeline
import Scheduling
import Support
import Warehouse

/// What the store knows of its data: history, runs, quality.
enum LedgerRoutes {
    static let all = [objects, changes, runs, run, quality, quarantine, schedule, status]

    /// Rows of answers whose changes one request may ask for.
    private static let mostRowsOfChanges = 100_000

    static let objects = Route(
        method: .get, path: "/objects/{id}", summary: "One object: its approaches with their versions, and its orbit.",
        parameters: [
            Parameter(
                name: "id", kind: .text(pattern: "[0-9]{1,20}", longest: 20), meaning: "SPK-ID.", place: .path,
                example: "2099942"), .asOf,
        ],
        answers: ["application/json": Schemas.object],
        problems: [.notFound],
        isOfPublication: { _ in true },
        handle: { call in
            let id = call.arguments["id"] ?? ""
            guard let found = try await call.store.object(id, asOf: try await call.cut("as_of")) else {
                throw Problem(.notFound, "the store knows no object \(id); `perigee lookup \(id)` asks NASA")
            }
            var answer = Answer(found.json)
            answer.publication = found.publication.number
            return answer
        })

    static let changes = Route(
        method: .get, path: "/changes", summary: "What changed, and by how much, the newest first.",
        parameters: [
            Parameter(name: "since", kind: .moment(mayBeRelative: true), meaning: "After this moment.", usual: "7d"),
            Parameter(
                name: "until", kind: .moment(mayBeRelative: true),
                meaning: "Up to this moment; now, where nothing is said."),
            .object, .within,
            Parameter(
                name: "kind", kind: .words(ApproachChange.Kind.allCases.map(\.rawValue)), meaning: "Of these kinds.",
                example: ["revised", "moved"]),
            Parameter(
                name: "min_shift", kind: .decimal(0...1_000_000),
                meaning: "Those that move the distance by so many lunar distances or more."),
            .limit(1...10_000, usual: 1000),
        ],
        answers: ["application/json": Schemas.changes],
        problems: [.notFound, .conflict],
        isOfPublication: { arguments in
            guard let since = arguments.moment("since"), !since.isRelative else { return false }
            return arguments.moment("until")?.isRelative != true
        },
        isHeavy: { _ in true },
        handle: { call in
            let arguments = call.arguments
            let start = try await call.date(of: arguments.moment("since") ?? .ago(7 * 86_400), "since")
            var end: Date?
            if let until = arguments.moment("until") { end = try await call.date(of: until, "until") }
            // Without an end there is nothing to be after: a clock may be behind the last publication.
            guard start <= end ?? .distantFuture else { throw Problem.conflict("since", "since is after until") }
            let id = arguments["object"]
            if id == nil {
                let rows = try await call.store.rowsAnswered(after: start, upTo: end ?? .distantFuture)
                guard rows <= mostRowsOfChanges else {
                    throw Problem.conflict(
                        "since",
                        "\(rows) rows were published in this time, more than the \(mostRowsOfChanges) that one request may ask for: shorten the time, or name an object"
                    )
                }
            }
            let filter = ChangeFilter(
                kinds: Set(arguments.words("kind").compactMap(ApproachChange.Kind.init)),
                within: arguments.decimal("within"), minShift: arguments.decimal("min_shift"))
            let list = try await call.store.changes(after: start, upTo: end, of: id)
            let found = list.changes.filter(filter.includes)
            let shown = found.prefix(arguments.count("limit") ?? 1000)
            var answer = Answer.encoding(
                ChangesAnswer(
                    since: start, until: list.until, count: found.count, changes: shown.map { ChangeDetails($0) }))
            answer.publication = list.publication.number
            return answer
        })

    static let runs = Route(
        method: .get, path: "/runs", summary: "The runs, the newest first.",
        parameters: [
            .limit(1...1000, usual: 20),
            Parameter(
                name: "before", kind: .count(1...Int(Int32.max)), meaning: "Those before this run: the next page."),
        ],
        answers: ["application/json": Schemas.runs],
        handle: { call in
            let before = call.arguments.count("before").map(RunID.init) ?? .max
            let runs = try await call.store.runs(limit: call.arguments.count("limit") ?? 20, before: before)
            return .encoding(RunsAnswer(count: runs.count, runs: runs))
        })

    static let run = Route(
        method: .get, path: "/runs/{run}", summary: "One run: its windows, and what the rules found in them.",
        parameters: [
            Parameter(
                name: "run", kind: .count(1...Int(Int32.max)), meaning: "The run's number.", place: .path, example: 1),
            .limit(1...10_000, usual: 1000),
        ],
        answers: ["application/json": Schemas.run],
        problems: [.notFound],
        handle: { call in
            let number = RunID(call.arguments.count("run") ?? 0)
            guard let run = try await call.store.run(number) else {
                throw Problem(.notFound, "there is no run \(number)")
            }
            let batches = try await call.store.batches(run: number, limit: call.arguments.count("limit") ?? 1000)
            return .encoding(
                RunAnswer(run: run, batches: batches, quality: try await call.store.qualitySums(run: number)))
        })

    static let quality = Route(
        method: .get, path: "/quality",
        summary: "Whether all days of a range are published, and what stands in the way.",
        parameters: [.from, .to],
        answers: ["application/json": Schemas.quality],
        problems: [.conflict],
        handle: { call in
            let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(call.now))
            let given = try call.range()
            let to = given.to ?? today
            let from = given.from ?? min(to, today.adding(days: -7))
            guard from <= to, to.daysSinceEpoch - from.daysSinceEpoch < 3660 else {
                throw Problem.conflict("from", "a range is of 1 to 3660 days")
            }
            let found = try await call.store.coverage(of: DateWindow(from: from, to: to))
            return .encoding(
                QualityAnswer(
                    from: from, to: to, isComplete: found.missingDays.isEmpty && found.refused.isEmpty,
                    approaches: found.approaches, hazardous: found.hazardous, missingDays: found.missingDays,
                    refused: found.refused, openQuarantine: found.openQuarantine))
        })

    static let quarantine = Route(
        method: .get, path: "/quarantine", summary: "Records that broke a rule, the newest first.",
        parameters: [
            Parameter(name: "all", kind: .flag, meaning: "The resolved ones too."), .limit(1...1000, usual: 100),
        ],
        answers: ["application/json": Schemas.quarantine],
        handle: { call in
            let filter = QuarantineFilter(includesResolved: call.arguments.flag("all"))
            let entries = try await call.store.quarantine(filter, limit: call.arguments.count("limit") ?? 100)
            return .encoding(QuarantineAnswer(count: entries.count, entries: entries))
        })

    static let schedule = Route(
        method: .get, path: "/schedule", summary: "The schedule, its next turn and its last slots.",
        parameters: [.limit(1...1000, usual: 10)],
        answers: ["application/json": Schemas.schedule],
        problems: [.notFound],
        handle: { call in .encoding(try await summary(call, slots: call.arguments.count("limit") ?? 10)) })

    static func summary(_ call: Call, slots: Int) async throws -> ScheduleSummary {
        guard let schedule = try await call.store.scheduleSummary(slots: slots) else {
            throw Problem(.notFound, "there is no schedule: a `perigee serve` without --no-schedule makes it")
        }
        return schedule
    }

    static let status = Route(
        method: .get, path: "/status", summary: "What the store holds, and how the last run went.",
        answers: ["application/json": Schemas.status],
        handle: { call in .encoding(try await call.server.status(call.store)) })
}

private struct ChangesAnswer: Encodable {
    var since: Date
    var until: Date
    var count: Int
    var changes: [ChangeDetails]
}

private struct RunsAnswer: Encodable {
    var count: Int
    var runs: [RunRecord]
}

private struct RunAnswer: Encodable {
    var run: RunRecord
    var batches: [BatchRecord]
    var quality: [QualityResult]
}

private struct QualityAnswer: Encodable {
    var from: CalendarDate
    var to: CalendarDate
    var isComplete: Bool
    var approaches: Int
    var hazardous: Int
    var missingDays: [CalendarDate]
    var refused: [String]
    var openQuarantine: Int
}

private struct QuarantineAnswer: Encodable {
    var count: Int
    var entries: [QuarantineEntry]
}
