import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NearEarth
import Support
import Warehouse

/// Lists of approaches.
enum ApproachRoutes {
    static let all = [approaches, next]

    /// Rows of a page of JSON, at most, and where nobody says how many.
    private static let (largestPage, usualPage) = (10_000, 100)
    /// A larger page takes its turn with what takes long: a small question passes it.
    private static let largestLightPage = 1000
    private static let usualForm = ApproachForm(.json)
    /// Rows that are read at a time for a stream.
    private static let piece = 500

    static let approaches = Route(
        method: .get, path: "/approaches", summary: "Approaches, by date or in another order.",
        parameters: [
            .from, .to,
            Parameter(name: "hazardous", kind: .flag, meaning: "Potentially hazardous asteroids alone."),
            Parameter(name: "sentry", kind: .flag, meaning: "Objects on JPL's Sentry list alone."),
            .within, .object, .body,
            Parameter(
                name: "sort", kind: .word(ApproachQuery.Order.allCases.map(\.rawValue)),
                meaning: "Order; a stream without a limit is by date.", usual: "date"),
            Parameter(
                name: "limit", kind: .count(1...largestPage),
                meaning: "At most so many. A stream has all where no limit is given.", usual: .number(usualPage)),
            .cursor,
            Parameter(
                name: "fields", kind: .words(ApproachField.allCases.map(\.rawValue)),
                meaning: "What each has, in the order of the table; all but last_seen and run where nothing is said."),
            Parameter(
                name: "format", kind: .word(["json", "ndjson", "csv"]), meaning: "A page of JSON, or a stream of rows.",
                usual: "json"),
            .asOf,
        ],
        answers: [
            "application/json": Schemas.approachPage, "application/x-ndjson": ["type": "string"],
            "text/csv": ["type": "string"],
        ],
        problems: [.notFound, .conflict],
        isOfPublication: { _ in true },
        isHeavy: { arguments in
            if arguments["as_of"] != nil { return true }
            // A few weeks hold no more rows than a light page, whatever the limit.
            let isShort = days(arguments).map { $0 <= 62 }
            if arguments.count("limit") ?? 0 > largestLightPage, isShort != true { return true }
            guard arguments["sort"] ?? "date" != "date", arguments["object"] == nil else { return false }
            guard let from = arguments.day("from"), let to = arguments.day("to") else { return true }
            return to.daysSinceEpoch - from.daysSinceEpoch > 366
        },
        handle: { call in
            let arguments = call.arguments
            var query = try await query(call)
            let cursor = try cursor(arguments)
            let fields = Set(arguments.words("fields").compactMap(ApproachField.init))
            let wanted = fields.isEmpty ? ApproachField.usual : fields
            switch arguments["format"] ?? "json" {
            case "json":
                query.limit = arguments.count("limit") ?? usualPage
                return try await page(query, cursor, fields.isEmpty ? usualForm : ApproachForm(.json, wanted), call)
            case let format:
                let isCSV = format == "csv"
                let form = ApproachForm(isCSV ? .csv : .json, wanted, separator: "\n")
                query.limit = arguments.count("limit")
                return try await stream(
                    query, cursor, form, isCSV ? "text/csv; charset=utf-8" : "application/x-ndjson", call)
            }
        })

    /// How many days a range is of; nil where an end is open.
    private static func days(_ arguments: Arguments) -> Int? {
        guard let from = arguments.day("from"), let to = arguments.day("to") else { return nil }
        return to.daysSinceEpoch - from.daysSinceEpoch
    }

    private static func query(_ call: Call) async throws -> ApproachQuery {
        let arguments = call.arguments
        var query = ApproachQuery()
        (query.from, query.to) = try call.range()
        query.hazardousOnly = arguments.flag("hazardous")
        query.sentryOnly = arguments.flag("sentry")
        query.withinLunarDistances = arguments.decimal("within")
        query.id = arguments["object"]
        query.orbitingBody = arguments["body"].map(OrbitingBody.name)
        query.order = arguments["sort"].flatMap(ApproachQuery.Order.init) ?? .date
        query.asOf = try await call.cut("as_of")
        return query
    }

    private static func cursor(_ arguments: Arguments) throws(Problem) -> ApproachCursor? {
        guard let text = arguments["cursor"] else { return nil }
        guard let cursor = ApproachCursor(text) else { throw unknownCursor }
        return cursor
    }

    private static let unknownCursor = Problem(
        .notFound, "there is no such page: cursor is `next` of a page of this list", parameter: "cursor")

    /// A page as JSON.
    private static func page(_ query: ApproachQuery, _ cursor: ApproachCursor?, _ form: ApproachForm, _ call: Call)
        async throws -> Answer
    {
        let page = try await read(query, cursor, form, call)
        var body = ByteBuffer()
        body.reserveCapacity(page.bytes.count + 400)
        let next = page.next.map { "\"\($0.text)\"" } ?? "null"
        body.writeString(
            """
            {"publication":{"number":\(page.publication.number),"at":"\(Timestamp.iso8601(page.publication.date))"},\
            "count":\(page.count),"next":\(next),"approaches":[
            """)
        // Without the comma behind the last one.
        body.writeBytes(page.bytes.dropLast(page.count == 0 ? 0 : 1))
        body.writeString("]}\n")
        var answer = Answer(body, "application/json")
        // Of a later page the first one's publication is the tag.
        answer.publication = page.publication.number
        return answer
    }

    /// Rows one after the other, read while they are sent: no transaction and no memory waits for a slow reader, and all
    /// are of one publication.
    private static func stream(
        _ query: ApproachQuery, _ cursor: ApproachCursor?, _ form: ApproachForm, _ type: String, _ call: Call
    ) async throws -> Answer {
        guard query.order == .date || query.limit != nil else {
            throw Problem.conflict("sort", "a stream in another order than by date needs a limit")
        }
        var first = query
        first.limit = min(query.limit ?? .max, piece)
        let page = try await read(first, cursor, form, call)
        let rest = query.limit.map { $0 - page.count } ?? .max
        var answer = Answer(type) {
            ApproachStream(
                query: query, form: form, call: call, rest: rest,
                ready: Array((form.kind == .csv ? form.header : "").utf8) + page.bytes, next: page.next, piece: piece)
        }
        answer.publication = page.publication.number
        return answer
    }

    static func read(_ query: ApproachQuery, _ cursor: ApproachCursor?, _ form: ApproachForm, _ call: Call) async throws
        -> ApproachPage
    {
        switch try await call.store.page(of: query, after: cursor, as: form) {
        case .success(let page): return page
        case .failure(.outdated):
            throw Problem(
                .conflict, "the data was published anew under other rules: begin the list again", parameter: "cursor")
        case .failure(.unknownCursor): throw unknownCursor
        case .failure(.tooWide(let days)):
            throw Problem.conflict(
                "sort",
                "as of an earlier moment, a list in this order is of an object, or of at most \(days) days (from, to)")
        }
    }

    // MARK: What is coming

    static let next = Route(
        method: .get, path: "/next", summary: "Coming approaches, the soonest first, with the time to go.",
        parameters: [
            .within, Parameter(name: "days", kind: .count(1...3660), meaning: "Within so many days.", usual: 60),
            .body, .limit(1...1000, usual: 100),
        ],
        answers: ["application/json": Schemas.nextList],
        handle: { call in
            let days = call.arguments.count("days") ?? 60
            var query = ApproachQuery()
            query.withinLunarDistances = call.arguments.decimal("within")
            query.orbitingBody = OrbitingBody.name(call.arguments["body"] ?? "Earth")
            let coming = try await call.store.coming(
                query, days: days, limit: call.arguments.count("limit") ?? 100, now: call.now)
            let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(call.now))
            let asked = DateWindow(from: today, to: today.adding(days: days))
            return Answer(
                JSONText.line(
                    NextMembers(
                        now: call.now, count: coming.count,
                        missingDays: try await call.store.coverage(of: asked).missingDays),
                    adding: ["approaches": JSONText.list(coming.map(\.json))]))
        })
}

private struct NextMembers: Encodable {
    var now: Date
    var count: Int
    var missingDays: [CalendarDate]
}

/// Reads a list while it is sent.
private struct ApproachStream: PieceSource {
    let query: ApproachQuery
    let form: ApproachForm
    let call: Call
    var rest: Int
    var ready: [UInt8]
    var next: ApproachCursor?
    let piece: Int

    mutating func next() async throws -> ByteBuffer? {
        if !ready.isEmpty {
            defer { ready = [] }
            return ByteBuffer(bytes: ready)
        }
        guard let cursor = next, rest > 0 else { return nil }
        var query = query
        query.limit = min(rest, piece)
        let page = try await call.server.admit(call.server.isOfEarlier(cursor)) { [query, form, call] in
            try await ApproachRoutes.read(query, cursor, form, call)
        }
        (next, rest) = (page.next, rest - page.count)
        return page.count == 0 ? nil : ByteBuffer(bytes: page.bytes)
    }
}
