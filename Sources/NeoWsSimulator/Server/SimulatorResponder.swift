import Foundation
import Gzip
import Hummingbird
import NIOCore
import NearEarth

/// Answers requests: the gateway's part (key, quota), then NeoWs's.
struct SimulatorResponder: HTTPResponder {
    private let options: SimulatorOptions
    private let sky: SimulatedSky
    /// What `/neo/browse` pages through: the objects of the first quarter of 2020, in order of approach. Finite on
    /// purpose: all 300 years would be a million and a half objects.
    private let catalogue: [SimulatedObject]
    private let requests = RequestCounter()

    /// What a request comes with besides itself: its connection, which some faults close.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    init(options: SimulatorOptions) {
        self.options = options
        sky = SimulatedSky(seed: options.seed)
        let newYear = CalendarDate(daysSinceEpoch: 18_262)  // 2020-01-01
        catalogue = DateWindow(from: newYear, to: newYear.adding(days: 90)).days.flatMap(sky.objects(on:))
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        try await answer(Call(request)).response(
            acceptsGzip: Gzip.isAccepted(by: request.headers.value(of: "Accept-Encoding")), on: context.channel)
    }

    /// The answer to a call, whoever it is for.
    private func answer(_ call: Call) -> Answer {
        switch (call.method, call.path) {
        case ("POST", "/_reset"):
            requests.reset()
            return Answer(200, #"{"ok":true}"#.utf8)
        case ("GET", "/_stats"):
            let counts = requests.counts.map { #""\#($0.key)":\#($0.value)"# }
            return Answer(200, "{\(list: counts)}".utf8)
        case ("GET", _): break
        default: return call.refused(405, "METHOD_NOT_ALLOWED", "Request method '\(call.method)' not supported")
        }
        guard let key = call.key else { return .keyRefused(isMissing: true) }
        guard key != "INVALID" else { return .keyRefused(isMissing: false) }
        let first = call.steps.first ?? ""
        let quota = requests.take(
            key: key, limit: options.limit, as: ["feed", "neo"].contains(first) ? first : "other")
        if call.keyInQuery != nil { requests.count("key_in_query") }
        var answer =
            quota.refusedFor.map { Answer.overRateLimit(retryAfter: options.sendsRetryAfter ? $0 : nil) }
            ?? application(call)
        answer.headers.set("X-RateLimit-Limit", String(options.limit))
        answer.headers.set("X-RateLimit-Remaining", String(quota.remaining))
        return answer
    }

    /// NeoWs's part of the answer, behind the gateway.
    private func application(_ call: Call) -> Answer {
        // NeoWs sees the query's key; a header's stays with the gateway.
        let writer = BodyWriter(sky: sky, echoedKey: (call.keyInQuery ?? "DEMO_KEY").jsonEscaped)
        switch call.steps {
        case ["feed"]: return feed(call, start: call.query("start_date"), end: call.query("end_date"), writer)
        case ["feed", "today"]: return feed(call, start: "\(CalendarDate.today)", end: "\(CalendarDate.today)", writer)
        case ["neo", "browse"]:
            guard let page = Int(call.query("page") ?? "0"), let size = Int(call.query("size") ?? "20") else {
                return call.refused(400, "BAD_REQUEST", "page and size must be numbers")
            }
            // Pages of 20 objects, or of fewer on request.
            return Answer(
                200, writer.browse(catalogue, page: min(max(page, 0), 1_000_000), size: min(max(size, 1), 20)).utf8)
        case let steps where steps.count == 2 && steps[0] == "neo":
            guard let object = SimulatedID(steps[1]).flatMap({ sky.object($0) }) else { return call.notFound }
            return Answer(200, writer.lookup(object).utf8)
        default: return call.notFound
        }
    }

    /// The feed of a window, or the fault that is due.
    ///
    /// By NeoWs's rules: without `end_date` the window ends seven days after its start; without both it starts today. A
    /// start after the end is answered as if the two were swapped.
    private func feed(_ call: Call, start: String?, end: String?, _ writer: BodyWriter) -> Answer {
        let fault = requests.dueFault(of: options.faults)
        func refused(_ problem: String) -> Answer {
            call.refused(400, "BAD_REQUEST", "Date Format Exception - Expected format (yyyy-mm-dd) - \(problem)")
                .spoiled(by: fault)
        }
        for text in [start, end].compactMap(\.self) where CalendarDate(text) == nil {
            return refused("\(text) - Unparseable date: \"\(text)\"")
        }
        let from = start.flatMap { CalendarDate($0) } ?? .today
        let to = end.flatMap { CalendarDate($0) } ?? from.adding(days: DateWindow.maximumDays - 1)
        let window = DateWindow(from: min(from, to), to: max(from, to))
        guard start != nil || end == nil, window.dayCount <= DateWindow.maximumDays else {
            return refused("The Feed date limit is only 7 Days")
        }
        let body = writer.feed(
            window, isDetailed: call.query("detailed") == "true", hasBadRecord: fault == .badRecord)
        return Answer(200, body.utf8).spoiled(by: fault)
    }
}
