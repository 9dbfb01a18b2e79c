import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
public import NearEarth
public import Support

/// Asks NASA's NeoWs for bodies: the key in a header, gzip, bounded sizes and times, retries where they can help.
///
/// Every body that `fetch` returns has been scanned once from end to end: it is whole, it is a NeoWs body of the shape
/// asked for, and no API key is in it.
public final class NeoWsClient: Sendable {
    /// No body may be larger, in bytes, unpacked. A feed of 8 days has 150 kB, with `detailed=true` 500 kB.
    public static let maximumBodyBytes = 32 << 20

    /// How the service is reached.
    public struct Configuration: Sendable {
        /// Base URL, up to and without `/feed`.
        public var baseURL = NeoWsClient.standardURL
        /// The caller's key.
        public var key = APIKey.demo
        /// Bound on connecting, TLS included.
        public var connectTimeout: Duration = .seconds(10)
        /// Bound on silence in mid-answer.
        public var idleTimeout: Duration = .seconds(30)
        /// Bound on one request as a whole.
        public var requestTimeout: Duration = .seconds(120)
        /// How often a request is sent at most, the first time included.
        public var attempts = 8
        /// Waits between attempts.
        public var backoff = Backoff()
        /// How long all waits for the quota may take together.
        public var maxWait: Duration = .seconds(300)
        /// Connections at a time.
        public var concurrency = 4
        /// Sent as `User-Agent`.
        public var userAgent = "perigee"

        /// The defaults.
        public init() {}
    }

    /// A body, and how it was got.
    public struct FetchedBody: Sendable {
        /// The bytes as received, unpacked, but for the keys.
        public var bytes: [UInt8]
        /// What the body says of itself.
        public var summary: ScanSummary
        /// The gateway's id for the request, or ours where it gave none.
        public var requestID: String
        /// When the answer was complete.
        public var receivedAt: Date
        /// Requests spent, retries included.
        public var attempts: Int
        /// What the service's own clock said; nil where it did not say.
        public var serverDate: Date?
        /// Whether it came from Perigee's simulator: not NASA's data.
        public var isSimulated: Bool
    }

    /// The header by which Perigee's simulator owns up.
    public static let simulatedHeader = "X-Perigee-Simulated"

    private let configuration: Configuration
    private let http: HTTPClient
    private let keeper: QuotaKeeper
    private let scrubber: KeyScrubber
    private let logger: Logger

    /// A client. Call `shutdown` when done.
    public init(configuration: Configuration, logger: Logger) {
        var options = HTTPClient.Configuration()
        options.timeout = .init(connect: .init(configuration.connectTimeout), read: .init(configuration.idleTimeout))
        options.decompression = .enabled(limit: .size(Self.maximumBodyBytes))
        // A redirect would carry the key's header to another host.
        options.redirectConfiguration = .disallow
        options.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.concurrency
        // Retries are counted and spaced here, not below.
        options.connectionPool.retryConnectionEstablishment = false
        self.configuration = configuration
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
        self.keeper = QuotaKeeper(allowed: configuration.maxWait)
        self.scrubber = KeyScrubber(key: configuration.key)
        self.logger = logger
    }

    /// Closes the connections.
    public func shutdown() async {
        try? await http.shutdown()
    }

    /// Requests sent, waits for the quota and what NASA says is left of it.
    public var usage: (requests: Int, waited: Duration, remaining: Int?) {
        get async { (await keeper.requests, await keeper.waited, await keeper.remaining) }
    }

    /// Fetches a batch's body. `needed` is how many requests the caller plans in all, this one included.
    public func fetch(_ batch: Batch, needed: Int = 1) async throws(NeoWsError) -> FetchedBody {
        var sent = 0
        var failures = 0
        while true {
            try await keeper.admit(needed: needed)
            sent += 1
            let answer = await Waiting.for(Wait("waiting for \(host)", hint: Self.hint)) { await ask(batch) }
            switch answer {
            case .body(var body):
                body.attempts = sent
                return body
            case .failed(let error): throw error
            // The next `admit` waits; `maxWait` bounds how often this can happen.
            case .refused: continue
            case .retry(let cause):
                failures += 1
                logger.notice(
                    "Request failed.",
                    metadata: [
                        "batch": "\(batch)", "attempt": "\(failures) of \(configuration.attempts)", "cause": "\(cause)",
                    ])
                guard failures < configuration.attempts else {
                    throw .unavailable(attempts: failures, lastCause: cause)
                }
                let delay = configuration.backoff.delay(afterAttempt: failures, random: .random(in: 0...1))
                let wait = Wait(
                    "trying again", until: Date() + delay.seconds, cause: "\(host): \(cause)", hint: Self.hint)
                try await Waiting.for(wait) { () throws(NeoWsError) in try await pause(for: delay) }
            }
        }
    }

    /// What to do where the service does not answer.
    static let hint =
        "`perigee doctor` checks the way to it; `perigee simulate` stands in for NASA where there is no network"

    /// NASA's service.
    public static let standardURL = "https://api.nasa.gov/neo/rest/v1"

    /// The base URL without credentials, for messages.
    private var baseURL: String { Self.redacted(configuration.baseURL) }

    /// A URL without what may stand before its host or behind its path.
    public static func redacted(_ text: String) -> String {
        guard var url = URLComponents(string: text) else {
            return text.contains { "@?#".contains($0) } ? "(unreadable URL)" : text
        }
        (url.user, url.password, url.query, url.fragment) = (nil, nil, nil, nil)
        return url.string ?? "(unreadable URL)"
    }

    /// The service's host and port, for messages.
    private var host: String {
        let url = URL(string: configuration.baseURL)
        return (url?.host() ?? configuration.baseURL) + (url?.port.map { ":\($0)" } ?? "")
    }

    // MARK: One request

    private enum Answer {
        case body(FetchedBody)
        /// Asking again can't help.
        case failed(NeoWsError)
        /// 429: the keeper knows how long.
        case refused
        /// A fault that may pass.
        case retry(String)
    }

    private func ask(_ batch: Batch) async -> Answer {
        let identifier = UUID().uuidString.lowercased()
        var request = HTTPClientRequest(url: Self.url(of: batch, base: configuration.baseURL))
        request.headers = [
            "X-Api-Key": configuration.key.value, "Accept": "application/json", "User-Agent": configuration.userAgent,
        ]
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]
        do {
            let response = try await http.execute(request, timeout: .init(configuration.requestTimeout))
            status = Int(response.status.code)
            headers = response.headers
            let limit = headers.first(name: "X-RateLimit-Limit").flatMap { Int($0) }
            let remaining = headers.first(name: "X-RateLimit-Remaining").flatMap { Int($0) }
            await keeper.update { $0.note(limit: limit, remaining: remaining) }
            var buffer = try await response.body.collect(upTo: Self.maximumBodyBytes)
            bytes = scrubber.scrub(buffer.readBytes(length: buffer.readableBytes) ?? [])
        } catch is NIOTooManyBytesError {
            return .failed(.bodyTooLarge(limit: Self.maximumBodyBytes))
        } catch {
            if Task.isCancelled { return .failed(.cancelled) }
            return .retry(scrubber.scrub(Self.explain(error)))
        }
        guard status == 200 else { return await refusal(of: batch, status, headers, bytes) }
        await keeper.update { $0.granted() }
        if let type = headers.first(name: "Content-Type"), !type.lowercased().contains("json") {
            return .retry("status 200 with content type \(scrubber.scrub(String(type.prefix(100)))) instead of JSON")
        }
        do throws(ScanError) {
            return .body(
                FetchedBody(
                    bytes: bytes, summary: try Self.summary(of: bytes, for: batch),
                    requestID: headers.first(name: "X-Api-Umbrella-Request-Id").map { scrubber.scrub($0) }
                        ?? identifier,
                    receivedAt: Date(), attempts: 1,
                    serverDate: headers.first(name: "Date").flatMap(Timestamp.http),
                    isSimulated: headers.contains(name: Self.simulatedHeader)))
        } catch {
            if case .errorEnvelope = error.problem { return .retry("status 200 with \(error)") }
            return error.isTransient ? .retry("\(error)") : .failed(.unusableBody(error, body: bytes))
        }
    }

    /// What a body says of itself; an error where it is not whole and valid, or not of the kind that was asked for.
    private static func summary(of bytes: [UInt8], for batch: Batch) throws(ScanError) -> ScanSummary {
        let summary = try BodyScanner.summary(of: BodyBuffer(bytes))
        let expected: Statement.Kind =
            switch batch {
            case .feed: .feed
            case .lookup: .lookup
            case .browse: .page
            }
        guard summary.shape == expected else {
            throw ScanError(
                problem: .wrongType(
                    expected: "a \(expected.rawValue) body", found: "a \(summary.shape.rawValue) body"),
                offset: 0, path: "$")
        }
        return summary
    }

    private func refusal(of batch: Batch, _ status: Int, _ headers: HTTPHeaders, _ body: [UInt8]) async -> Answer {
        let envelope = ErrorEnvelope(status: status, body: body)
        switch status {
        case 429:
            let seconds = headers.first(name: "Retry-After").flatMap { Int64($0) }
            let wait = seconds.map { Duration.seconds(min($0, 86_400)) }
            await keeper.update { $0.refused(now: .now, retryAfter: wait) }
            logger.notice(
                "Over the rate limit.", metadata: ["retry-after": "\(seconds.map { "\($0) s" } ?? "not said")"])
            return .refused
        case 401, 403: return .failed(.keyRefused(code: envelope.code, message: envelope.message))
        case 400: return .failed(.badRequest(message: envelope.message))
        case 404:
            // NeoWs answers so to the SPK-ID of no object, and in the same words to a path that it does not have.
            let isOfObject = if case .lookup = batch { envelope.origin == .application } else { false }
            return .failed(
                isOfObject
                    ? .notFound(
                        message: envelope.message, url: configuration.baseURL == Self.standardURL ? nil : baseURL)
                    : .noService(url: baseURL, message: envelope.message))
        case 408, 500...: return .retry("status \(status): \(envelope)")
        default: return .failed(.unexpectedAnswer(status: status, detail: envelope.message))
        }
    }

    /// The URL of a batch. It never holds the key.
    static func url(of batch: Batch, base: String) -> String {
        let root = base.hasSuffix("/") ? String(base.dropLast()) : base
        return switch batch {
        case .feed(let window): "\(root)/feed?start_date=\(window.from)&end_date=\(window.to)"
        case .lookup(let id): "\(root)/neo/\(id)"
        case .browse(let page): "\(root)/neo/browse?page=\(page)&size=20"
        }
    }

    /// `connection refused`, of what NIO makes of it: `connection reset (error set): Connection refused (errno: 111)`.
    private static func reason(_ text: String) -> String {
        guard let end = text.range(of: ") (errno:") ?? text.range(of: " (errno:") else {
            return String(text.prefix(300))
        }
        return text[..<end.lowerBound].split(separator: ": ").last.map { $0.lowercased() } ?? text
    }

    private static func explain(_ error: any Error) -> String {
        if let failure = error as? NIOConnectionError {
            // One line for all addresses of the host: they mostly fail alike.
            let causes = failure.connectionErrors.map { String(describing: $0.error) }
            let name = causes.isEmpty && (failure.dnsAError != nil || failure.dnsAAAAError != nil)
            return name ? "its name can't be resolved" : reason(causes.first ?? "it can't be reached")
        }
        return switch error as? HTTPClientError {
        case .deadlineExceeded?: "the request took too long"
        case .readTimeout?: "the answer stalled"
        case .connectTimeout?: "connecting took too long"
        case .remoteConnectionClosed?: "the connection was closed in mid-answer"
        default: reason(String(describing: error))
        }
    }
}
