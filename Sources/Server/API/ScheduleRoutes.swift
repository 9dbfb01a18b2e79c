import Foundation
import HTTPTypes
import Hummingbird
import NearEarth
import Pipeline
import Warehouse

/// What changes something: the schedule, from outside.
enum ScheduleRoutes {
    static let all = [pause, resume, trigger, backfill, replay]

    static let pause = Route(
        method: .post, path: "/schedule/pause", summary: "Have the schedule rest; a run under way is finished.",
        answers: ["application/json": Schemas.schedule], body: nothing, problems: [.notFound],
        handle: { call in
            try requireNothing(call)
            return try await change(call) { _ = try await $0.setPaused(Scheduler.only, true) }
        })

    static let resume = Route(
        method: .post, path: "/schedule/resume", summary: "Have the schedule go on after a pause.",
        answers: ["application/json": Schemas.schedule], body: nothing, problems: [.notFound],
        handle: { call in
            try requireNothing(call)
            return try await change(call) { _ = try await $0.setPaused(Scheduler.only, false) }
        })

    /// The body of what needs no words: `{}`.
    private static let nothing: JSON = ["type": "object", "additionalProperties": false]

    private static func requireNothing(_ call: Call) throws(Problem) {
        let asked = try? JSONDecoder().decode([String: String].self, from: Data(call.body.readableBytesView))
        guard asked == [:] else { throw Problem(.badRequest, "the body has to be {}") }
    }

    static let trigger = asking(
        .trigger, "/schedule/trigger",
        "Ask for a run of these days now, from new answers; a server with the schedule carries it out.")

    static let backfill = asking(
        .backfill, "/schedule/backfill",
        "Ask for what is missing of these days; a server with the schedule carries it out.")

    /// A route that asks for a run of days.
    private static func asking(_ task: SlotTask, _ path: String, _ summary: String) -> Route {
        Route(
            method: .post, path: path, summary: summary, answers: ["application/json": Schemas.schedule],
            status: .accepted,
            body: [
                "type": "object", "required": ["from", "to"], "additionalProperties": false,
                "properties": ["from": coveredDay, "to": coveredDay],
            ],
            problems: [.notFound, .conflict],
            handle: { call in
                let asked = try? JSONDecoder().decode([String: String].self, from: Data(call.body.readableBytesView))
                guard let asked, Set(asked.keys) == ["from", "to"], let from = asked["from"].flatMap(Parameter.day),
                    let to = asked["to"].flatMap(Parameter.day)
                else {
                    throw Problem(
                        .badRequest,
                        #"the body has to be {"from": "YYYY-MM-DD", "to": "YYYY-MM-DD"}, two days from 1900 to 2200"#)
                }
                return try await change(call) { try await ask(task, from, to, $0) }
            })
    }

    static let replay = Route(
        method: .post, path: "/quarantine/replay",
        summary:
            "Ask for the bodies of open quarantine entries to be transformed again; a server with the schedule carries it out.",
        answers: ["application/json": Schemas.schedule], status: .accepted, body: nothing,
        problems: [.notFound, .conflict],
        handle: { call in
            try requireNothing(call)
            return try await change(call) { try await askForReplay($0) }
        })

    /// Asks for a run of days.
    static func ask(_ task: SlotTask, _ from: CalendarDate, _ to: CalendarDate, _ store: Store) async throws {
        guard from <= to else { throw Problem.conflict("from", "from is after to") }
        _ = try await store.ask(task, DateWindow(from: from, to: to), of: Scheduler.only)
    }

    /// Asks for the bodies of open entries to be transformed again.
    static func askForReplay(_ store: Store) async throws {
        let windows = try await Plan.replay(ofOpenIn: store).batches.map {
            $0.window ?? DateWindow(from: .today, to: .today)
        }
        guard let from = windows.map(\.from).min(), let to = windows.map(\.to).max() else {
            throw Problem(.conflict, "the quarantine has no open entries")
        }
        guard try await store.ask(.replay, DateWindow(from: from, to: to), of: Scheduler.only) != nil else {
            throw Problem(.conflict, "a replay is waiting or under way already")
        }
    }

    private static let coveredDay: JSON = [
        "type": "string", "format": "date", "pattern": "^(19|20|21)[0-9]{2}-|^2200-",
    ]

    private static func change(_ call: Call, _ change: (Store) async throws -> Void) async throws -> Answer {
        _ = try await LedgerRoutes.summary(call, slots: 1)
        try await change(call.store)
        return .encoding(try await LedgerRoutes.summary(call, slots: 10))
    }
}
