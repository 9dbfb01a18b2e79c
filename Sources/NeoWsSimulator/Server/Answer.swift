/// An answer before it is sent: what NeoWs or the gateway before it would say.
struct Answer {
    /// HTTP status.
    var status: Int
    /// The body's bytes.
    var body: [UInt8]
    /// The body's media type.
    var contentType = "application/json;charset=UTF-8"
    /// Further headers.
    var headers: [(name: String, value: String)] = []
    /// How it gets to the caller, or does not.
    var delivery = Delivery.whole

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

    /// JSON with a status.
    init(_ status: Int, _ json: JSONText) {
        self.status = status
        body = json.bytes
    }

    /// Any bytes with a status.
    init(_ status: Int, body: [UInt8], contentType: String? = nil, delivery: Delivery = .whole) {
        self.status = status
        self.body = body
        if let contentType { self.contentType = contentType }
        self.delivery = delivery
    }

    /// The envelope of the gateway (api-umbrella) for requests that do not reach NeoWs.
    static func gateway(_ status: Int, code: String, message: String) -> Answer {
        var json = JSONText()
        json.raw("{\"error\":{")
        json.member("code", code)
        json.raw(",")
        json.member("message", message)
        json.raw("}}")
        return Answer(status, json)
    }

    /// The envelope of the application for requests that NeoWs does not understand.
    ///
    /// - Parameter request: the request's path and query without the key; NeoWs sees it without `/neo`.
    static func application(_ status: Int, _ httpError: String, _ message: String, request: String) -> Answer {
        var json = JSONText()
        json.raw("{\"code\":\(status),")
        json.member("http_error", httpError)
        json.raw(",")
        json.member("error_message", message)
        json.raw(",")
        json.member("request", "http://api.nasa.gov" + request)
        json.raw("}")
        return Answer(status, json)
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
        if let seconds { answer.headers.append(("Retry-After", String(seconds))) }
        return answer
    }
}
