import Foundation
import NearEarth
import PerigeeTesting
import Synchronization

/// A small sky behind NeoWs's three endpoints. A test revises it, sets the service's clock, and may spoil what is
/// answered.
final class Sky: Sendable {
    /// An approach, and what the service says of its object.
    struct Approach: Sendable {
        var id: String
        var day: String
        var time = "04:05"
        var second = 0
        var au = "0.1"
        /// The digits of `miss_distance.astronomical` where they are others.
        var auDigits: String?
        var body = "Earth"
        var name = "(2020 AB)"
    }

    /// What the sky looks like, and how the service tells of it.
    struct State: Sendable {
        var approaches: [Approach]
        /// The members of `orbital_data` by SPK-ID.
        var orbits: [String: [String: String]] = [:]
        /// The service's clock, seconds since 1970. Each answer is a minute later than the one before.
        var clock = 1_772_366_400
        /// Edits a body.
        var edit: @Sendable (String) throws -> String = { $0 }
        /// Which of the days that are asked for a feed lists.
        var lists: @Sendable (String) -> Bool = { _ in true }
        /// The SPK-ID that a lookup is answered with; nil for the one that is asked for.
        var shown: String?
        /// The number that a page of the catalog bears; nil for the one that is asked for.
        var page: Int?
        /// Paths and queries that were asked for.
        var asked: [String] = []

        /// Changes each approach of an object.
        mutating func change(_ id: String, _ change: (inout Approach) -> Void) {
            for index in approaches.indices where approaches[index].id == id { change(&approaches[index]) }
        }

        /// The object is in the sky no more.
        mutating func remove(_ id: String) { approaches.removeAll { $0.id == id } }
    }

    private let state: Mutex<State>

    private init(_ approaches: [Approach]) { state = Mutex(State(approaches: approaches)) }

    /// Serves a sky while `body` runs, with a private folder whose commands ask it and use an empty store of this kind.
    static func serve(
        _ approaches: [Approach], store: StoreKind = .sqlite,
        _ body: @escaping @Sendable (Sky, Workplace) async throws -> Void
    ) async throws {
        let sky = Sky(approaches)
        let environment = try await store.environment()
        try await CannedServer.serve(path: "/neo/rest/v1", { asked, _ in sky.answer(asked.uri) }) { _, url in
            // Hummingbird sets a Date of its own, whatever the answer has.
            let dated = try await Proxy(
                to: url, edit: #"return status, {"Date": headers["X-Clock"], "Content-Type": "application/json"}, body"#
            )
            try await body(sky, try Workplace(service: dated.baseURL, environment: environment))
            withExtendedLifetime(dated) {}
        }
    }

    /// NASA changes its mind, or its manners.
    func revise(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    /// Paths and queries that were asked for.
    var asked: [String] { state.withLock { $0.asked } }

    /// The service's clock, seconds since 1970.
    var clock: Int { state.withLock { $0.clock } }

    /// A body of the feed, for a file.
    func feed(_ from: String, _ to: String) throws -> String { try state.withLock { try Self.feed($0, from, to) } }

    // MARK: Answers

    private func answer(_ uri: String) -> CannedServer.Answer {
        state.withLock { state in
            let asked = uri.replacingOccurrences(of: "/neo/rest/v1", with: "")
            state.asked.append(asked)
            state.clock += 60
            let headers = ["X-Clock": Self.httpDate(state.clock)]
            do {
                return .json(try state.edit(try Self.body(state, URLComponents(string: asked))), headers: headers)
            } catch {
                return .json(
                    #"{"code":404,"http_error":"NOT_FOUND","error_message":"\#(error)","request":"x"}"#, status: 404,
                    headers: headers)
            }
        }
    }

    private static func body(_ state: State, _ asked: URLComponents?) throws -> String {
        let path = asked?.path ?? ""
        func value(_ name: String) -> String { asked?.queryItems?.first { $0.name == name }?.value ?? "" }
        let ids = Set(state.approaches.map(\.id)).union(state.orbits.keys)
        switch path {
        case "/feed": return try feed(state, value("start_date"), value("end_date"))
        case "/neo/browse":
            let objects = ids.sorted().map { object($0, state.approaches, state) }
            return Sample.browse(objects, page: try state.page ?? number(value("page")), pages: 9)
        default:
            let id = state.shown ?? path.split(separator: "/").last.map(String.init) ?? ""
            guard ids.contains(id) else { throw Failure(message: "no \(id)") }
            return object(id, state.approaches, state)
        }
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text) else { throw Failure(message: "\(text) is not a number") }
        return number
    }

    private static func feed(_ state: State, _ from: String, _ to: String) throws -> String {
        guard let first = CalendarDate(from), let last = CalendarDate(to), first <= last else {
            throw Failure(message: "\(from) to \(to)")
        }
        let days = (first.daysSinceEpoch...last.daysSinceEpoch).map { "\(CalendarDate(daysSinceEpoch: $0))" }.filter(
            state.lists)
        return Sample.feed(
            days.map { day in
                let listed = state.approaches.filter { $0.day == day && $0.body == "Earth" }
                return (day, listed.map { object($0.id, [$0], nil) })
            })
    }

    /// An object with those of these approaches that are its own, and, where `state` is given, its orbit.
    private static func object(_ id: String, _ approaches: [Approach], _ state: State?) -> String {
        let own = approaches.filter { $0.id == id }
        let listed = own.map(approach).joined(separator: ",")
        let orbit = state?.orbits[id].map { members in
            #","orbital_data":{\#(members.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ","))}"#
        }
        return """
            {"id":"\(id)","neo_reference_id":"\(id)","name":"\(own.first?.name ?? "(2020 AB)")","absolute_magnitude_h":20.0,\
            "estimated_diameter":{"kilometers":{"estimated_diameter_min":0.2658,"estimated_diameter_max":0.5943468684}},\
            "is_potentially_hazardous_asteroid":false,"close_approach_data":[\(listed)],"is_sentry_object":false\(orbit ?? "")}
            """
    }

    private static func approach(_ one: Approach) -> String {
        let au = Decimal(string: one.au) ?? 0
        let day = CalendarDate(one.day) ?? CalendarDate(daysSinceEpoch: 0)
        let clock = one.time.split(separator: ":").compactMap { Int($0) }
        let seconds = Int(day.daysSinceEpoch) * 86_400 + clock[0] * 3600 + clock[1] * 60 + one.second
        let (year, month, dayOfMonth) = (one.day.prefix(4), Int(one.day.dropFirst(5).prefix(2)) ?? 1, one.day.suffix(2))
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        return """
            {"close_approach_date":"\(one.day)","close_approach_date_full":"\(year)-\(name)-\(dayOfMonth) \(one.time)",\
            "epoch_date_close_approach":\(seconds * 1000),\
            "relative_velocity":{"kilometers_per_second":"10.0","kilometers_per_hour":"36000.0"},\
            "miss_distance":{"astronomical":"\(one.auDigits ?? one.au)","lunar":"\(au * 389)","kilometers":"\(au * 149_597_870)"},\
            "orbiting_body":"\(one.body)"}
            """
    }

    private static func httpDate(_ seconds: Int) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}

/// Counts from 1.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
