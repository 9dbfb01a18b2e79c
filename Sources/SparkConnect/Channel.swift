import GRPCCore
import GRPCNIOTransportHTTP2Posix
import SwiftProtobuf

/// The one HTTP/2 connection of a session, with what every call carries.
struct Channel: Sendable {
    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    private let client: Client
    private let address: SparkAddress

    /// Spark's own bound on a message, either way (`spark.connect.grpc.maxInboundMessageSize`).
    private static let maximumMessageBytes = 128 << 20

    init(_ address: SparkAddress) throws(SparkError) {
        self.address = address
        do {
            client = Client(
                transport: try HTTP2ClientTransport.Posix(
                    target: Self.isNumeric(address.host)
                        ? .ipv4(address: address.host, port: address.port)
                        : .dns(host: address.host, port: address.port),
                    transportSecurity: address.usesTLS ? .tls(Self.tls(address)) : .plaintext,
                    config: .defaults {
                        // The retry policy decides when to give up, not the connection's own back-off.
                        $0.backoff = .init(initial: .milliseconds(50), max: .seconds(1), multiplier: 1.6, jitter: 0.2)
                        $0.http2.targetWindowSize = 16 << 20
                    }))
        } catch {
            throw .unavailable(server: "\(address)", cause: "\(error)")
        }
    }

    /// Keeps the connection until `close`.
    func run() async throws { try await client.runConnections() }

    func close() { client.beginGracefulShutdown() }

    /// A call with one answer.
    func unary<Request: Message, Response: Message>(
        _ method: String, _ request: Request, timeout: Duration = .seconds(60)
    ) async throws -> Response {
        var options = self.options
        options.timeout = timeout
        return try await client.unary(
            request: ClientRequest(message: request, metadata: metadata), descriptor: .spark(method),
            serializer: MessageEncoder<Request>(),
            deserializer: MessageDecoder<Response>(), options: options
        ) { try $0.message }
    }

    /// A call whose answers come one by one.
    func stream<Request: Message>(
        _ method: String, _ request: Request,
        _ body: @Sendable @escaping (ProtoExecutePlanResponse) async throws -> Void
    ) async throws {
        try await client.serverStreaming(
            request: ClientRequest(message: request, metadata: metadata), descriptor: .spark(method),
            serializer: MessageEncoder<Request>(),
            deserializer: MessageDecoder<ProtoExecutePlanResponse>(), options: options
        ) { response in
            for try await message in response.messages { try await body(message) }
        }
    }

    /// A call of many requests, made as they are sent, with one answer.
    func upload<Request: Message, Response: Message>(_ method: String, _ requests: [@Sendable () throws -> Request])
        async throws -> Response
    {
        let request = StreamingClientRequest<Request>(metadata: metadata) { writer in
            for make in requests { try await writer.write(try make()) }
        }
        return try await client.clientStreaming(
            request: request, descriptor: .spark(method), serializer: MessageEncoder<Request>(),
            deserializer: MessageDecoder<Response>(), options: options
        ) { try $0.message }
    }

    private var options: CallOptions {
        var options = CallOptions.defaults
        options.maxRequestMessageBytes = Self.maximumMessageBytes
        options.maxResponseMessageBytes = Self.maximumMessageBytes
        options.waitForReady = false
        return options
    }

    private var metadata: Metadata {
        var metadata = Metadata()
        if let token = address.token { metadata.addString("Bearer \(token)", forKey: "authorization") }
        for (name, value) in address.headers { metadata.addString(value, forKey: name) }
        return metadata
    }

    private static func tls(_ address: SparkAddress) -> HTTP2ClientTransport.Posix.TransportSecurity.TLS {
        .defaults {
            if let file = address.certificateAuthority {
                $0.trustRoots = .certificates([.file(path: file, format: .pem)])
            }
        }
    }

    private static func isNumeric(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
