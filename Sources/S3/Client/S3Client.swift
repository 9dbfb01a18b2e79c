import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// A client for S3 and what speaks like it: signed requests, checksums both ways, retries where they can help.
///
/// It knows single objects, listings and multipart uploads; every object it writes is either whole or not there.
public final class S3Client: Sendable {
    /// How the service is reached.
    public let configuration: S3Configuration
    let logger: Logger
    /// What is known of the service's `If-None-Match: *`.
    let conditions = Mutex(ConditionalWrites.unknown)
    private let http: HTTPClient
    private let chain: CredentialsChain
    private let signer: SigV4

    /// A client. Call `shutdown` when done.
    public init(configuration: S3Configuration, logger: Logger) {
        var options = HTTPClient.Configuration()
        options.timeout = .init(connect: .init(configuration.connectTimeout), read: .init(configuration.idleTimeout))
        // A redirect names another region: that is said, and a signature is not sent to another host.
        options.redirectConfiguration = .disallow
        options.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.concurrency
        options.connectionPool.retryConnectionEstablishment = false
        if let file = configuration.authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(file)
            options.tlsConfiguration = tls
        }
        self.configuration = configuration
        self.logger = logger
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
        chain = CredentialsChain(environment: configuration.environment, profile: configuration.profile, http: http)
        signer = SigV4(region: configuration.region)
    }

    /// Closes the connections.
    public func shutdown() async {
        try? await http.shutdown()
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
            switch await once(request, credentials, read) {
            case .success(let result): return result
            case .failure(let failure): refusal = failure
            }
            if refusal.wantsNewCredentials, refused == nil, credentials.expires != nil {
                refused = credentials
                continue
            }
            guard refusal.mayPass, attempt < configuration.attempts else { throw refusal.error }
            logger.notice(
                "S3 request failed.",
                metadata: ["attempt": "\(attempt) of \(configuration.attempts)", "cause": "\(refusal.error)"])
            try await pause(afterAttempt: attempt, request)
        }
    }

    /// AWS's standard back-off: up to 2^n seconds, at most 20, with full jitter.
    private func pause(afterAttempt attempt: Int, _ request: S3Request) async throws(S3Error) {
        do {
            try await Task.sleep(for: .seconds(min(20, Double(1 << min(attempt - 1, 10))) * .random(in: 0...1)))
        } catch {
            throw S3Error(
                .cancelled, action: request.action, resource: request.resource.description, "stopped before it was done"
            )
        }
    }

    private enum Attempt<Result> {
        case success(Result)
        case failure(Refusal)
    }

    private func once<Result>(
        _ request: S3Request, _ credentials: S3Credentials, _ read: (HTTPClientResponse) async throws -> Result
    ) async -> Attempt<Result> {
        do {
            let response = try await http.execute(signed(request, credentials), timeout: .hours(1))
            if (200..<300).contains(response.status.code) { return .success(try await read(response)) }
            let body = try await response.body.collect(upTo: 1 << 20)
            return .failure(
                Refusal(
                    status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView),
                    request: request,
                    region: configuration.region, credentials: credentials))
        } catch let error as S3Error {
            return .failure(Refusal(error: error, mayPass: error.kind == .damaged || error.kind == .unreachable))
        } catch {
            let kind: S3Error.Kind = Task.isCancelled ? .cancelled : .unreachable
            let cause = credentials.scrub(Self.explain(error))
            let explanation =
                kind == .cancelled
                ? "stopped before it was done"
                : "\(configuration.address(bucket: request.location.bucket).origin): \(cause)"
            return .failure(
                Refusal(
                    error: S3Error(kind, action: request.action, resource: request.resource.description, explanation),
                    mayPass: kind == .unreachable))
        }
    }

    private func signed(_ request: S3Request, _ credentials: S3Credentials) -> HTTPClientRequest {
        let (origin, _) = configuration.address(bucket: request.location.bucket)
        let date = AWSDate.basic(Date())
        var headers = request.headers
        headers += [
            ("host", Self.host(of: origin)), ("x-amz-content-sha256", request.payloadHash), ("x-amz-date", date),
        ]
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let authorization = signer.authorization(
            SigV4.Request(
                method: request.method, path: configuration.path(of: request.location), query: request.query,
                headers: headers, payloadHash: request.payloadHash),
            date: date,
            credentials: credentials)
        let query = SigV4.query(request.query)
        var signed = HTTPClientRequest(
            url: configuration.url(of: request.location) + (query.isEmpty ? "" : "?\(query)"))
        signed.method = .RAW(value: request.method)
        for (name, value) in headers { signed.headers.add(name: name, value: value) }
        signed.headers.add(name: "authorization", value: authorization)
        signed.headers.add(name: "user-agent", value: configuration.userAgent)
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
        switch error {
        case let error as HTTPClientError where error == .readTimeout: "the answer stalled"
        case let error as HTTPClientError where error == .connectTimeout: "connecting took too long"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "the connection was closed in mid-answer"
        default: String(String(describing: error).prefix(300))
        }
    }
}

extension Refusal {
    fileprivate init(error: S3Error, mayPass: Bool) {
        self.error = error
        self.mayPass = mayPass
    }
}

extension S3Client {
    /// A client as AWS's variables describe it, which names its program to the service. Call `shutdown` when done.
    public convenience init(environment: [String: String], userAgent: String, logger: Logger) throws(S3Error) {
        var configuration = try S3Configuration(environment: environment)
        configuration.userAgent = userAgent
        self.init(configuration: configuration, logger: logger)
    }

    /// The variables that make another process a client of the same service, with the credentials of this moment.
    public func environment() async throws(S3Error) -> [String: String] {
        let credentials = try await chain.credentials()
        return [
            "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
            "AWS_SESSION_TOKEN": credentials.sessionToken,
            "AWS_REGION": configuration.region, "AWS_ENDPOINT_URL_S3": configuration.endpoint,
            "AWS_CA_BUNDLE": configuration.authorities,
            "AWS_MAX_ATTEMPTS": "\(configuration.attempts)",
        ].compactMapValues { $0 }
    }
}
