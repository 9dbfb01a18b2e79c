import Foundation
import HTTPTypes
import Hummingbird
import Landing
import NIOCore
import NearEarth
import Support
import Warehouse

/// What the server does on a path: how requests are read and answered, and what the OpenAPI document says of it.
struct Route: Sendable {
    /// Who it answers.
    enum Audience: Sendable {
        /// The API: JSON, tokens in a header, problems as RFC 9457.
        case programs
        /// Pages: HTML, tokens by a session, problems as pages.
        case people
    }

    let method: HTTPRequest.Method
    /// Of the API below `/api/v1`; a step in braces is a parameter.
    let path: String
    let summary: String
    var parameters: [Parameter] = []
    var audience = Audience.programs
    /// Whether it is open where reading takes a token.
    var isOpen = false
    /// Whether a page is kept for as long as nothing that it shows has changed.
    var isKept = false
    /// What a good answer is, by its media type.
    var answers: [String: JSON] = [:]
    /// The status of a good answer.
    var status = HTTPResponse.Status.ok
    /// What the request's body is; nil where it has none.
    var body: JSON?
    /// Problems that it can have beside those of all routes.
    var problems: [HTTPResponse.Status] = []
    /// Whether an answer follows from the store's data and the request alone: then the publication is its tag.
    var isOfPublication: @Sendable (Arguments) -> Bool = { _ in false }
    /// Whether the work may take long.
    var isHeavy: @Sendable (Arguments) -> Bool = { _ in false }
    /// Makes the answer.
    let handle: @Sendable (Call) async throws -> Answer

    /// Whether it changes something.
    var changesState: Bool { method == .post }

    /// The values of its own steps, where a path is one of its paths.
    func match(_ steps: [Substring]) -> [String: String]? {
        let own = path.split(separator: "/")[...]
        guard own.count == steps.count else { return nil }
        var values: [String: String] = [:]
        for (pattern, step) in zip(own, steps) {
            if pattern.hasPrefix("{") {
                values[String(pattern.dropFirst().dropLast())] = String(step)
            } else if pattern != step {
                return nil
            }
        }
        return values
    }
}

/// A request on its way to its answer.
struct Call: Sendable {
    let store: Store
    let arguments: Arguments
    /// The request's body, where the route has one.
    var body = ByteBuffer()
    /// When it came.
    let now: Date
    let server: ServerState
    /// Who asks, where it is a person.
    var viewer = Viewer.program
    /// Where raw bodies are; nil where the server has none.
    var landing: LandingZone?
    /// Whether it came by HTTPS.
    var isSecure = false

    /// What an option of time cuts the evidence at.
    func cut(_ name: String) async throws -> Cut? {
        guard let moment = arguments.moment(name) else { return nil }
        let date = try await date(of: moment, name)
        return moment.isRun ? .published(by: date) : .said(by: date)
    }

    /// When a moment was, which the parameter of that name gives.
    func date(of moment: Moment, _ name: String) async throws -> Date {
        switch try await store.date(of: moment, now: now) {
        case .success(let date): return date
        case .failure(let unknown):
            throw Problem(.notFound, "there is no run \(unknown.run) that has ended", parameter: name)
        }
    }

    /// The run that the parameter `run` names, if it is given.
    func run() async throws -> RunRecord? {
        guard let number = arguments.count("run") else { return nil }
        guard let run = try await store.run(RunID(number)) else {
            throw Problem(.notFound, "there is no run \(number)", parameter: "run")
        }
        return run
    }

    /// A range of days, in order.
    func range() throws(Problem) -> (from: CalendarDate?, to: CalendarDate?) {
        let (from, to) = (arguments.day("from"), arguments.day("to"))
        if let from, let to, from > to { throw .conflict("from", "from is after to") }
        return (from, to)
    }
}

extension Parameter {
    static let from = Parameter(name: "from", kind: .day, meaning: "First day (TDB).", example: "2029-04-01")
    static let to = Parameter(name: "to", kind: .day, meaning: "Last day, included.", example: "2029-04-30")
    static let within = Parameter(
        name: "within", kind: .decimal(0...1_000_000), meaning: "At most so many lunar distances (384,570 km) away.",
        example: 10)
    static let object = Parameter(
        name: "object", kind: .text(pattern: "[0-9]{1,20}", longest: 20), meaning: "One object, by SPK-ID.",
        example: "2099942")
    static let body = Parameter(
        name: "body", kind: .text(pattern: "[A-Za-z0-9 ]{1,50}", longest: 50),
        meaning: "One body: Earth, Venus, Mars, Merc, Juptr, Moon, ...", example: "Earth")
    static let ofRun = Parameter(name: "run", kind: .count(1...Int(Int32.max)), meaning: "What this run did alone.")
    static let asOf = Parameter(
        name: "as_of", kind: .moment(mayBeRelative: false),
        meaning: """
            As it was: a run's number (what was published when it ended), or an instant (what NASA had said by then, of what is published \
            now).
            """)
    static let cursor = Parameter(
        name: "cursor", kind: .text(pattern: "[A-Za-z0-9_-]{1,400}", longest: 400),
        meaning: "Where the list goes on: `next` of the page before. All pages of a list are of one publication.")

    static let unit = Parameter(
        name: "unit", kind: .word(DistanceUnit.allCases.map(\.rawValue)), meaning: "Unit of distances.")
    static let zone = Parameter(
        name: "tz", kind: .text(pattern: "[A-Za-z0-9_+/-]{1,40}", longest: 40), meaning: "Time zone, tz database.")

    static func limit(_ range: ClosedRange<Int>, usual: Int) -> Parameter {
        Parameter(name: "limit", kind: .count(range), meaning: "At most so many.", usual: .number(usual))
    }
}

extension Route {
    /// A page for people.
    static func page(
        _ path: String, _ parameters: [Parameter], isOpen: Bool = false,
        isHeavy: @escaping @Sendable (Arguments) -> Bool = { _ in false },
        _ make: @escaping @Sendable (PageContext) async throws -> Answer
    ) -> Route {
        Route(
            method: .get, path: path, summary: "A page.", parameters: parameters, audience: .people, isOpen: isOpen,
            isKept: true, isHeavy: isHeavy,
            handle: { call in
                let overview = try await call.server.overview(call.store, now: call.now)
                return try await make(PageContext(call: call, viewer: call.viewer, overview: overview))
            })
    }

    /// What a form of a page asks for, with the fields that it may have.
    static func action(
        _ path: String, _ fields: [String], isOpen: Bool = false,
        _ carryOut: @escaping @Sendable (Call, [String: String]) async throws -> Answer
    ) -> Route {
        Route(
            method: .post, path: path, summary: "A form.", audience: .people, isOpen: isOpen, body: [:],
            handle: { call in
                let values = try Self.form(call.body, fields + ["key"])
                guard let key = values["key"], key == call.viewer.formKey else {
                    throw Problem(
                        .forbidden,
                        "this form is not one of this server's pages, or the server was started anew: load the page again"
                    )
                }
                return try await carryOut(call, values)
            })
    }

    /// The same where the answer is the schedule's page, which shows what came of it.
    static func action(
        _ path: String, _ fields: [String],
        _ carryOut: @escaping @Sendable (Call, [String: String]) async throws -> Void
    ) -> Route {
        action(path, fields) { call, values in
            try await carryOut(call, values)
            return .redirect("/schedule")
        }
    }

    /// The fields of a form (`application/x-www-form-urlencoded`).
    private static func form(_ body: ByteBuffer, _ fields: [String]) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        for pair in String(buffer: body).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Arguments.decoded(parts[0]),
                let value = Arguments.decoded(parts.count > 1 ? parts[1] : ""),
                fields.contains(name), values.updateValue(value, forKey: name) == nil
            else { throw Problem(.badRequest, "the form's fields are \(fields.joined(separator: ", "))") }
        }
        return values
    }
}
