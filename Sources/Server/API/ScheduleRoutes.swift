import Foundation
import HTTPTypes
import Hummingbird
import NearEarth
import Pipeline
import Warehouse

/// What changes something: the schedule, from outside.
enum ScheduleRoutes {
    static let all = [pause, resume, trigger]

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

    static let trigger = Route(
        method: .post, path: "/schedule/trigger",
        summary: "Ask for a run of these days now; a server with the schedule carries it out.",
        answers: ["application/json": Schemas.schedule], status: .accepted,
        body: [
            "type": "object", "required": ["from", "to"], "additionalProperties": false,
            "properties": [
                "from": coveredDay, "to": coveredDay,
            ],
        ],
        problems: [.notFound, .conflict],
        handle: { call in
            guard let asked = try? JSONDecoder().decode([String: String].self, from: Data(call.body.readableBytesView)),
                Set(asked.keys) == ["from", "to"], let from = asked["from"].flatMap(Parameter.day),
                let to = asked["to"].flatMap(Parameter.day)
            else {
                throw Problem(
                    .badRequest,
                    #"the body has to be {"from": "YYYY-MM-DD", "to": "YYYY-MM-DD"}, two days from 1900 to 2200"#)
            }
            guard from <= to else { throw Problem.conflict("from", "from is after to") }
            return try await change(call) {
                _ = try await $0.trigger(Scheduler.only, DateWindow(from: from, to: to))
            }
        })

    private static let coveredDay: JSON = [
        "type": "string", "format": "date", "pattern": "^(19|20|21)[0-9]{2}-|^2200-",
    ]

    private static func change(_ call: Call, _ change: (Store) async throws -> Void) async throws -> Answer {
        _ = try await LedgerRoutes.summary(call, slots: 1)
        try await change(call.store)
        return .encoding(try await LedgerRoutes.summary(call, slots: 10))
    }
}
