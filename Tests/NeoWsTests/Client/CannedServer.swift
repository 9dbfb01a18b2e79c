import Hummingbird
import Logging
import NIOCore
import NearEarth
import NeoWs
import PerigeeTesting
import Synchronization

/// A server on loopback that answers as the test says, and remembers what it was asked.
final class CannedServer: Sendable {
    struct Asked: Sendable {
        var uri: String
        var headers: [String: String]
    }

    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: Array(text.utf8))
        }
    }

    private let log = Mutex<[Asked]>([])

    var asked: [Asked] { log.withLock { $0 } }

    /// Serves while `body` runs; `answer` is given the number of the request, from 1.
    static func serve(_ answer: @escaping @Sendable (Int) -> Answer, _ body: @escaping @Sendable (CannedServer, String) async throws -> Void) async throws {
        let server = CannedServer()
        let (ready, continuation) = AsyncStream<String>.makeStream()
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                let number = server.log.withLock { log in
                    let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { $1 })
                    log.append(Asked(uri: request.uri.string, headers: headers))
                    return log.count
                }
                let canned = answer(number)
                var response = Response(status: .init(code: canned.status), body: ResponseBody(byteBuffer: ByteBuffer(bytes: canned.body)))
                response.headers[.contentType] = canned.type
                for (name, value) in canned.headers {
                    if let field = HTTPFields.Element.Name(name) { response.headers[field] = value }
                }
                return response
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield("http://127.0.0.1:\(channel.localAddress?.port ?? 0)/neo/rest/v1")
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

extension NeoWsClient {
    /// A client for tests: waits of a millisecond, and what the test changes.
    static func forTest(_ url: String, _ change: (inout Configuration) -> Void = { _ in }) -> NeoWsClient {
        var configuration = Configuration()
        configuration.baseURL = url
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(2))
        configuration.attempts = 3
        change(&configuration)
        return NeoWsClient(configuration: configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Fetches with a client that is shut down afterwards; the error where there is one.
    static func outcome(_ batch: Batch, _ url: String, _ change: (inout Configuration) -> Void = { _ in }) async -> Result<FetchedBody, NeoWsError> {
        let client = forTest(url, change)
        let result: Result<FetchedBody, NeoWsError>
        do throws(NeoWsError) {
            result = .success(try await client.fetch(batch))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return result
    }
}

extension Result where Failure == NeoWsError {
    var error: NeoWsError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
