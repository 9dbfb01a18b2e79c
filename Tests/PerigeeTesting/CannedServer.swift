import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A server on loopback that answers as the test says, and remembers what it was asked.
public final class CannedServer: Sendable {
    /// A request that came in.
    public struct Asked: Sendable {
        /// Its method.
        public var method: String
        /// Its path and query, as sent.
        public var uri: String
        /// Its headers, names lower-case.
        public var headers: [String: String]
        /// Its body.
        public var body: [UInt8]
    }

    /// What is answered.
    public struct Answer: Sendable {
        /// HTTP status.
        public var status = 200
        /// `Content-Type`.
        public var type = "application/json"
        /// Further headers.
        public var headers: [String: String] = [:]
        /// The body.
        public var body: [UInt8] = []

        /// An answer from its parts.
        public init(
            status: Int = 200, type: String = "application/json", headers: [String: String] = [:], body: [UInt8] = []
        ) {
            self.status = status
            self.type = type
            self.headers = headers
            self.body = body
        }

        /// A text as JSON.
        public static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: Array(text.utf8))
        }
    }

    private let log = Mutex<[Asked]>([])

    /// What it was asked, in order.
    public var asked: [Asked] { log.withLock { $0 } }

    /// Serves while `body` runs; `answer` is given the number of the request, from 1.
    public static func serve(
        _ answer: @escaping @Sendable (Int) -> Answer,
        _ body: @escaping @Sendable (CannedServer, String) async throws -> Void
    ) async throws {
        try await serve(path: "/neo/rest/v1", { _, number in answer(number) }, body)
    }

    /// Serves while `body` runs, which is given the URL with `path`; `answer` is given the request and its number, from
    /// 1.
    public static func serve(
        path: String, _ answer: @escaping @Sendable (Asked, Int) -> Answer,
        _ body: @escaping @Sendable (CannedServer, String) async throws -> Void
    ) async throws {
        let server = CannedServer()
        let (ready, continuation) = AsyncStream<String>.makeStream()
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                let headers = Dictionary(
                    request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { $1 })
                let received = try await request.body.collect(upTo: 64 << 20)
                let asked = Asked(
                    method: request.method.rawValue, uri: request.uri.string, headers: headers,
                    body: Array(received.readableBytesView))
                let number = server.log.withLock { log in
                    log.append(asked)
                    return log.count
                }
                let canned = answer(asked, number)
                var response = Response(
                    status: .init(code: canned.status), body: ResponseBody(byteBuffer: ByteBuffer(bytes: canned.body)))
                response.headers[.contentType] = canned.type
                for (name, value) in canned.headers {
                    if let field = HTTPFields.Element.Name(name) { response.headers[field] = value }
                }
                return response
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield("http://127.0.0.1:\(channel.localAddress?.port ?? 0)\(path)")
                continuation.finish()
            },
            logger: Logger(label: "canned", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await url in ready { try await body(server, url) }
            group.cancelAll()
        }
    }
}
