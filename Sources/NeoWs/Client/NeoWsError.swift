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
    /// NASA knows no such object (404).
    case notFound(message: String)
    /// An answer with status 200 that is not a NeoWs body. `body` is what came, scrubbed.
    case unusableBody(ScanError, body: [UInt8])
    /// More bytes than a body may have.
    case bodyTooLarge(limit: Int)
    /// An answer of a kind that is not NeoWs's, such as a redirect.
    case unexpectedAnswer(status: Int, detail: String)
    /// The task was cancelled.
    case cancelled
}

extension NeoWsError: UserError {
    /// The error as a sentence.
    public var description: String {
        switch self {
        case .keyRefused(let code, let message): "the API key was refused (\(code)): \(message)"
        case .quotaSpent(let wait, let allowed):
            "the request quota is spent; it refills in about \(wait.components.seconds) s, more than the \(allowed.components.seconds) s that --max-wait leaves"
        case .unavailable(let attempts, let cause): "no usable answer after \(attempts) attempt\(attempts == 1 ? "" : "s"): \(cause)"
        case .badRequest(let message): "NASA refused the request (400): \(message)"
        case .notFound(let message): "NASA knows no such object (404): \(message)"
        case .unusableBody(let error, _): "the answer can't be used: \(error)"
        case .bodyTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .unexpectedAnswer(let status, let detail): "unexpected answer (status \(status)): \(detail)"
        case .cancelled: "cancelled"
        }
    }

    /// The exit code for it.
    public var exitStatus: ExitStatus {
        switch self {
        case .keyRefused: .keyRefused
        case .quotaSpent, .cancelled: .tryLater
        case .badRequest, .notFound: .usage
        case .unusableBody, .bodyTooLarge: .dataRefused
        case .unavailable, .unexpectedAnswer: .unavailable
        }
    }

    /// What the user can do about it.
    public var nextStep: String {
        switch self {
        case .keyRefused: "check NASA_API_KEY; a key is free at https://api.nasa.gov"
        case .quotaSpent: "run the same command again later: what is done is kept; or give it time with --max-wait"
        case .badRequest: "check the dates and --api-url"
        case .notFound: "check the SPK-ID"
        case .unusableBody, .bodyTooLarge: "run the same command again: only the windows that failed are asked for"
        case .unavailable, .unexpectedAnswer: "run the same command again later: what is done is kept"
        case .cancelled: "run the same command again: what is done is kept"
        }
    }
}
