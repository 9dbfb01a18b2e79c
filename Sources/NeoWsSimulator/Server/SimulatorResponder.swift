import Foundation
import Hummingbird
import NIOCore
import NearEarth

/// Answers requests: the gateway's part (key, quota), then NeoWs's.
struct SimulatorResponder: HTTPResponder {
    private let options: SimulatorOptions
    private let sky: SimulatedSky
    private let catalogue: Catalogue
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
        catalogue = Catalogue(of: sky)
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
            return Answer(200, body: Array(#"{"ok":true}"#.utf8))
        case ("GET", "/_stats"): return statistics
        case ("GET", _): break
        default: return call.refused(405, "METHOD_NOT_ALLOWED", "Request method '\(call.method)' not supported")
        }
        guard let key = call.key else { return .keyRefused(isMissing: true) }
        guard key != "INVALID" else { return .keyRefused(isMissing: false) }
        let quota = requests.take(key: key, limit: options.limit, as: call.endpoint)
        if call.hasKeyInQuery { requests.count("key_in_query") }
        var answer: Answer
        if let seconds = quota.refusedFor {
            answer = .overRateLimit(retryAfter: options.sendsRetryAfter ? seconds : nil)
        } else {
            answer = application(call)
        }
        answer.headers.append(("X-RateLimit-Limit", String(options.limit)))
        answer.headers.append(("X-RateLimit-Remaining", String(quota.remaining)))
        return answer
    }

    /// NeoWs's part of the answer, behind the gateway.
    private func application(_ call: Call) -> Answer {
        switch call.steps {
        case ["feed"]: feed(call, start: call.query("start_date"), end: call.query("end_date"))
        case ["feed", "today"]: feed(call, start: "\(Self.today)", end: "\(Self.today)")
        case ["neo", "browse"]: browse(call)
        case let steps where steps.count == 2 && steps[0] == "neo": lookup(call, id: steps[1])
        default: call.notFound
        }
    }

    private func feed(_ call: Call, start: String?, end: String?) -> Answer {
        let fault = requests.dueFault(of: options.faults)
        func whole() -> Answer {
            switch FeedQuery.window(start: start, end: end, today: Self.today) {
            case .refused(let message): call.refused(400, "BAD_REQUEST", message)
            case .window(let window):
                Answer(
                    200,
                    writer(for: call).feed(
                        window, isDetailed: call.query("detailed") == "true", hasBadRecord: fault == .badRecord))
            }
        }
        return fault.map { Answer.fault($0, insteadOf: whole()) } ?? whole()
    }

    private func lookup(_ call: Call, id text: String) -> Answer {
        guard let object = SimulatedID(text).flatMap({ sky.object($0) }) else { return call.notFound }
        return Answer(200, writer(for: call).lookup(object))
    }

    /// Pages of 20 objects, or of fewer on request.
    private func browse(_ call: Call) -> Answer {
        guard let page = Int(call.query("page") ?? "0"), let size = Int(call.query("size") ?? "20") else {
            return call.refused(400, "BAD_REQUEST", "page and size must be numbers")
        }
        return Answer(
            200, writer(for: call).browse(catalogue, page: min(max(page, 0), 1_000_000), size: min(max(size, 1), 20)))
    }

    private func writer(for call: Call) -> BodyWriter {
        BodyWriter(sky: sky, echoedKey: call.echoedKey)
    }

    private var statistics: Answer {
        var json = JSONText()
        json.raw("{")
        for (index, (name, count)) in requests.counts.enumerated() {
            json.raw(index == 0 ? "\"\(name)\":\(count)" : ",\"\(name)\":\(count)")
        }
        json.raw("}")
        return Answer(200, json)
    }

    private static var today: CalendarDate {
        CalendarDate(epochMilliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
