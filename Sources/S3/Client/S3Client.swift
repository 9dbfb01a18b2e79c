import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Support
import Synchronization

/// A client for S3 and what speaks like it: signed requests, checksums both ways, retries where they can help.
///
/// It knows single objects, listings and multipart uploads; every object it writes is either whole or not there.
public final class S3Client: Sendable {
    /// AWS's standard back-off: up to 2^n seconds, at most 20, with full jitter.
    private static let backoff = Backoff(base: .seconds(1), cap: .seconds(20))
    /// Objects larger than this are sent in parts of this size, in bytes. S3 takes no part below 5 MiB but the last.
    static let partSize = 8 << 20

    private let configuration: S3Configuration
    private let userAgent: String
    let logger: Logger
    /// What is known of the service's `If-None-Match: *`.
    let conditions = Mutex(ConditionalWrites.unknown)
    private let http: HTTPClient
    private let chain: CredentialsChain
    private let signer: SigV4

    /// A client as AWS's variables describe it, which names its program to the service. Call `shutdown` when done.
    public init(environment: [String: String], userAgent: String, logger: Logger) throws(S3Error) {
        configuration = try S3Configuration(environment: environment)
        self.userAgent = userAgent
        self.logger = logger
        signer = SigV4(region: configuration.region)
        var options = HTTPClient.Configuration()
        // Connecting, TLS included, and silence in mid-answer.
        options.timeout = .init(connect: .seconds(10), read: .seconds(60))
        // A redirect names another region: that is said, and a signature is not sent to another host.
        options.redirectConfiguration = .disallow
        options.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        options.connectionPool.retryConnectionEstablishment = false
        if let file = configuration.authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(file)
            options.tlsConfiguration = tls
        }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
        chain = CredentialsChain(configuration, http: http)
    }

    /// Closes the connections.
    public func shutdown() async {
        try? await http.shutdown()
    }

    /// The variables that make another process a client of the same service, with the credentials of this moment.
    public func environment() async throws(S3Error) -> [String: String] {
        let credentials = try await chain.credentials()
        return [
            "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
            "AWS_SESSION_TOKEN": credentials.sessionToken, "AWS_REGION": configuration.region,
            "AWS_ENDPOINT_URL_S3": configuration.endpoint, "AWS_CA_BUNDLE": configuration.authorities,
            "AWS_MAX_ATTEMPTS": "\(configuration.attempts)",
        ].compactMapValues { $0 }
    }

    /// Sends a request, more than once where that can help, and has `read` take the answer of a success; what `read`
    /// throws counts as a broken connection, but for an `S3Error`.
    func send<Result>(_ request: S3Request, read: (HTTPClientResponse) async throws -> Result) async throws(S3Error)
        -> Result
    {
        var refused: S3Credentials?
        var attempt = 0
        while true {
            attempt += 1
            let credentials = try await chain.credentials(refused: refused)
            let refusal: Refusal
            do throws(Refusal) {
                return try await once(request, credentials, read)
            } catch {
                refusal = error
            }
            if refusal.wantsNewCredentials, refused == nil, credentials.expires != nil {
                refused = credentials
                continue
            }
            guard refusal.mayPass, attempt < configuration.attempts else { throw refusal.error }
            logger.notice(
                "S3 request failed.",
                metadata: ["attempt": "\(attempt) of \(configuration.attempts)", "cause": "\(refusal.error)"])
            do {
                try await Task.sleep(for: Self.backoff.bound(afterAttempt: attempt) * .random(in: 0...1))
            } catch {
                throw request.error(.cancelled, "stopped before it was done")
            }
        }
    }

    private func once<Result>(
        _ request: S3Request, _ credentials: S3Credentials, _ read: (HTTPClientResponse) async throws -> Result
    ) async throws(Refusal) -> Result {
        do {
            let response = try await http.execute(signed(request, credentials), timeout: .hours(1))
            if (200..<300).contains(response.status.code) { return try await read(response) }
            throw Refusal(
                status: Int(response.status.code), headers: response.headers,
                body: try await response.body.collect(upTo: 1 << 20), request: request, region: configuration.region,
                credentials: credentials)
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as S3Error {
            throw Refusal(error: error, mayPass: error.kind == .damaged || error.kind == .unreachable)
        } catch  where Task.isCancelled {
            throw Refusal(error: request.error(.cancelled, "stopped before it was done"))
        } catch {
            let (origin, _) = configuration.address(of: request.location)
            let cause = credentials.scrub(Self.explain(error))
            throw Refusal(error: request.error(.unreachable, "\(origin): \(cause)"), mayPass: true)
        }
    }

    private func signed(_ request: S3Request, _ credentials: S3Credentials) -> HTTPClientRequest {
        let (origin, path) = configuration.address(of: request.location)
        let date = AWSDate.basic(Date())
        var headers = request.headers
        headers += [
            ("host", Self.host(of: origin)), ("x-amz-content-sha256", request.payloadHash), ("x-amz-date", date),
        ]
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let authorization = signer.authorization(
            method: request.method, path: path, query: request.query, headers: headers,
            payloadHash: request.payloadHash, date: date, credentials: credentials)
        let query = SigV4.query(request.query)
        var signed = HTTPClientRequest(
            url: configuration.url(of: request.location) + (query.isEmpty ? "" : "?\(query)"))
        signed.method = .RAW(value: request.method)
        signed.headers.add(contentsOf: headers + [("authorization", authorization), ("user-agent", userAgent)])
        if let body = request.body { signed.body = .bytes(body) }
        return signed
    }

    /// The host with its port, unless that is the scheme's own.
    private static func host(of origin: String) -> String {
        guard let start = origin.range(of: "://") else { return origin }
        let host = String(origin[start.upperBound...])
        let standard = origin.lowercased().hasPrefix("https") ? ":443" : ":80"
        return host.hasSuffix(standard) ? String(host.dropLast(standard.count)) : host
    }

    private static func explain(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .readTimeout: "the answer stalled"
        case .connectTimeout: "connecting took too long"
        case .remoteConnectionClosed: "the connection was closed in mid-answer"
        default: String(String(describing: error).prefix(300))
        }
    }
}
