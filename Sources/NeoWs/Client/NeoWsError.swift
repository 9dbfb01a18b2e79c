public import Support

/// Why NeoWs's answer could not be had, by what the caller can do about it.
public enum NeoWsError: Error, Sendable {
    /// The key is missing, invalid or disabled (403): asking again can't help.
    case keyRefused(code: String, message: String)
    /// The quota is spent and refills later than the caller would wait.
    case quotaSpent(wait: Duration, allowed: Duration)
    /// No usable answer after every retry: network, time-outs, 5xx.
    case unavailable(attempts: Int, lastCause: String)
    /// NASA refuses the request itself (400).
    case badRequest(message: String)
    /// NASA knows no such object (404). `url` is the base URL where it is another than NASA's.
    case notFound(message: String, url: String?)
    /// There is no NeoWs at the base URL (404).
    case noService(url: String, message: String)
    /// An answer with status 200 that is not a NeoWs response. `body` is what came, scrubbed.
    case unusableBody(ScanError, body: [UInt8])
    /// More bytes than a body may have.
    case bodyTooLarge(limit: Int)
    /// An answer of a kind that is not NeoWs's, such as a redirect.
    case unexpectedAnswer(status: Int, detail: String)
    /// The task was cancelled.
    case cancelled
}

extension NeoWsError: UserError {
    /// What a command says of it as it ends.
    public var report: ErrorReport {
        let later = "run the same command again later: what is done is kept"
        let onlyFailed = "run the same command again: only the windows that failed are asked for"
        return switch self {
        case .keyRefused(let code, let message):
            ErrorReport(
                .keyRefused, "the API key was refused (\(code)): \(message)",
                next: "check NASA_API_KEY; a key is free at https://api.nasa.gov")
        case .quotaSpent(let wait, let allowed):
            ErrorReport(
                .tryLater,
                "the request quota is spent; it refills in about \(wait.components.seconds) s, "
                    + "more than the \(allowed.components.seconds) s that --max-wait leaves",
                next: "\(later); or give it time with --max-wait")
        case .unavailable(let attempts, let cause):
            ErrorReport(
                .unavailable, "no usable answer after \(attempts) attempt\(attempts == 1 ? "" : "s"): \(cause)",
                next: "\(later); \(NeoWsClient.hint)")
        case .badRequest(let message):
            ErrorReport(.usage, "NASA refused the request (400): \(message)", next: "check the dates and --api-url")
        case .notFound(let message, let url):
            ErrorReport(
                .usage, "there is no such object\(url.map { ", or no NeoWs at \($0)" } ?? "") (404): \(message)",
                next: "check the SPK-ID\(url == nil ? "" : " and --api-url")")
        case .noService(let url, let message):
            ErrorReport(
                .usage, "there is no NeoWs at \(url) (404): \(message)",
                next: "check --api-url; NASA's is \(NeoWsClient.standardURL)")
        case .unusableBody(let error, _):
            ErrorReport(.dataRefused, "the answer can't be used: \(error)", next: onlyFailed)
        case .bodyTooLarge(let limit):
            ErrorReport(.dataRefused, "the answer is larger than \(limit) bytes", next: onlyFailed)
        case .unexpectedAnswer(let status, let detail):
            ErrorReport(.unavailable, "unexpected answer (status \(status)): \(detail)", next: later)
        case .cancelled:
            ErrorReport(.interrupted, "cancelled", next: "run the same command again: what is done is kept")
        }
    }
}
