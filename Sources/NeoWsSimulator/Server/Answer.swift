import Hummingbird

/// An answer before it is sent: what NeoWs or the gateway before it would say.
struct Answer {
    /// HTTP status.
    let status: Int
    /// The body's bytes.
    let body: ByteBuffer
    /// The headers.
    var headers = HTTPFields()
    /// How it gets to the caller, or does not.
    var delivery: Delivery

    /// How much of an answer reaches the caller.
    enum Delivery {
        /// All of it.
        case whole
        /// Headers and half of the body; then the connection closes.
        case firstHalf
        /// Nothing for ten seconds; then the connection closes.
        case silence
        /// Nothing: a TCP reset.
        case reset
    }

    /// A status and the body's bytes, JSON where nothing else is said.
    init(
        _ status: Int, _ body: some Sequence<UInt8>, contentType: String = "application/json;charset=UTF-8",
        delivery: Delivery = .whole
    ) {
        self.status = status
        self.body = ByteBuffer(bytes: body)
        self.delivery = delivery
        headers.set("Content-Type", contentType)
    }

    /// The envelope of the gateway (api-umbrella) for requests that do not reach NeoWs.
    private static func gateway(_ status: Int, code: String, message: String) -> Answer {
        Answer(status, #"{"error":{"code":"\#(code)","message":"\#(message)"}}"#.utf8)
    }

    /// The gateway's refusal of a request without a key, or with one it does not know.
    static func keyRefused(isMissing: Bool) -> Answer {
        gateway(
            403, code: isMissing ? "API_KEY_MISSING" : "API_KEY_INVALID",
            message: "\(isMissing ? "No" : "An invalid") api_key was supplied. Get one at https://api.nasa.gov:443")
    }

    /// The gateway's refusal of a request beyond the quota, for so many seconds where that is to be told.
    static func overRateLimit(retryAfter seconds: Int?) -> Answer {
        var answer = gateway(
            429, code: "OVER_RATE_LIMIT",
            message: "You have exceeded your rate limit. Try again later or contact us "
                + "at https://api.nasa.gov:443/contact/ for assistance")
        if let seconds { answer.headers.set("Retry-After", String(seconds)) }
        return answer
    }

    /// What `/feed` answers instead of this when a fault is due.
    func spoiled(by fault: Fault.Kind?) -> Answer {
        switch fault {
        // A bad record is made where the body is written.
        case nil, .badRecord: return self
        case .htmlError:
            let page = "<!DOCTYPE html><html><body><h1>Application error</h1></body></html>"
            return Answer(500, page.utf8, contentType: "text/html")
        case .emptyUnavailable: return Answer(503, [], contentType: "text/html")
        case .overRateLimit: return .overRateLimit(retryAfter: 1)
        case .garbage: return Answer(200, [0x00, 0xFF] + "{{{ not json".utf8)
        case .wrongType: return Answer(200, #"{"element_count":"many","near_earth_objects":[1,2,3]}"#.utf8)
        case .stall: return Answer(200, [], delivery: .silence)
        case .reset: return Answer(200, [], delivery: .reset)
        case .truncate:
            var answer = self
            if status == 200 { answer.delivery = .firstHalf }
            return answer
        }
    }
}

extension HTTPFields {
    /// Sets a field whose name is a valid token.
    mutating func set(_ name: String, _ value: String) {
        if let name = Element.Name(name) { self[name] = value }
    }

    /// The field of that name.
    func value(of name: String) -> String? {
        Element.Name(name).flatMap { self[$0] }
    }
}
