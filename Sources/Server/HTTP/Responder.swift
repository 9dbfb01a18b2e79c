import Crypto
import Foundation
import Gzip
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NearEarth
import Support
import Warehouse

/// What a request comes with besides itself: its connection.
struct ConnectionContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Answers requests: finds the route, checks who asks and what, and does the work.
struct Responder: HTTPResponder {
    static let prefix = "/api/v1"
    /// The longest path with its query, and the largest body that a request may have, bytes.
    private static let (longestTarget, largestBody) = (8192, 4096)
    /// A smaller body would not gain by compression.
    private static let smallestCompressed = 1024

    let store: Store
    let options: ServerOptions
    let state: ServerState
    let rate: RateLimit?
    let routes: [Route]
    let logger: Logger

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        var request = request
        let answer: Answer
        do {
            answer = try await self.answer(&request, from: context.channel.remoteAddress)
        } catch let problem as Problem {
            answer = problem.answer
        } catch let error as StoreError {
            answer = failure(error)
        } catch {
            logger.error("A request failed.", metadata: ["path": "\(request.uri.path)", "cause": "\(error)"])
            answer = Problem(.internalServerError, "a fault in Perigee; its log says more").answer
        }
        do {
            return try response(answer, to: request, on: context.channel)
        } catch let problem as Problem {
            return try response(problem.answer, to: request, on: context.channel)
        }
    }

    private func answer(_ request: inout Request, from client: SocketAddress?) async throws -> Answer {
        if let rate, let seconds = rate.take(client?.ipAddress ?? "") {
            throw Problem.busy(.tooManyRequests, "this address sends too many requests", retryAfter: seconds)
        }
        guard (request.head.path ?? "").utf8.count <= Self.longestTarget else {
            throw Problem(.uriTooLong, "a path with its query has \(Self.longestTarget) bytes at most")
        }
        let (route, values) = try route(request)
        if request.method == .options { return preflight(route) }
        try await authorize(request, route)
        if state.isStoreGone { throw Problem.busy(.serviceUnavailable, "the store can't be reached", retryAfter: 5) }
        let arguments = try Arguments(query: request.uri.query, path: values, route.parameters)
        let isOfPublication = route.isOfPublication(arguments)
        if isOfPublication, arguments["cursor"] == nil, let unchanged = unchanged(request, state.publication?.number) {
            return unchanged
        }
        var call = Call(store: store, arguments: arguments, now: Date(), server: state)
        if route.body != nil { call.body = try await body(&request) }
        let cursor = arguments["cursor"].flatMap(ApproachCursor.init)
        let isHeavy = route.isHeavy(arguments) || cursor.map(state.isOfEarlier) ?? false
        var answer = try await state.admit(isHeavy) { [call] in try await route.handle(call) }
        answer.status = route.status
        if isOfPublication {
            if arguments["cursor"] != nil, let unchanged = unchanged(request, answer.publication) { return unchanged }
            answer.headers[.cacheControl] = "no-cache"
        } else {
            answer.publication = nil
            answer.headers[.cacheControl] = "no-store"
        }
        return answer
    }

    // MARK: Routes

    private func route(_ request: Request) throws(Problem) -> (Route, [String: String]) {
        let path = request.uri.path
        var steps = path.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst()
        if steps == [""] { steps = [] }
        var allowed: [HTTPRequest.Method] = []
        if path == Self.prefix || path.hasPrefix(Self.prefix + "/") {
            for route in routes {
                guard let raw = route.match(Array(steps)) else { continue }
                let asked = request.method == .head ? .get : request.method
                if route.method == asked || request.method == .options {
                    var values: [String: String] = [:]
                    for (name, value) in raw {
                        guard let decoded = Arguments.decoded(value[...]) else {
                            throw Problem(.badRequest, "the path is not percent-encoded UTF-8", parameter: name)
                        }
                        values[name] = decoded
                    }
                    return (route, values)
                }
                allowed += route.method == .get ? [.get, .head] : [route.method]
            }
        }
        guard allowed.isEmpty else {
            var problem = Problem(.methodNotAllowed, "here one can \(allowed.map(\.rawValue).joined(separator: ", "))")
            problem.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
            throw problem
        }
        throw Problem(.notFound, "there is nothing here; \(Self.prefix)/openapi.json lists what there is")
    }

    // MARK: Who asks

    private func authorize(_ request: Request, _ route: Route) async throws {
        if route.changesState {
            // A page in a browser can't send this type to another origin without asking first, and is told no.
            guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
                throw Problem(.unsupportedMediaType, "send Content-Type: application/json")
            }
            if !options.changingTakesToken { try requireOwnName(request) }
        }
        let given = request.headers[.authorization]
        // One that is given has to be right, also where none is asked for.
        guard given != nil || (route.changesState ? options.changingTakesToken : options.readingTakesToken) else {
            return
        }
        func refusal(_ detail: String) -> Problem {
            var problem = Problem(.unauthorized, detail)
            problem.headers[.wwwAuthenticate] = "Bearer realm=\"perigee\""
            return problem
        }
        guard let given, given.lowercased().hasPrefix("bearer ") else {
            throw refusal("send Authorization: Bearer TOKEN; `perigee token create` makes one")
        }
        let token = String(given.dropFirst(7))
        var known = state.tokens.first { $0.isMade(of: token) }
        if known == nil {
            // It may have been made a moment ago.
            let tokens = try await state.admit(false) { try await store.tokens() }
            known = tokens.first { $0.isMade(of: token) }
        }
        guard let known else {
            throw refusal("the store does not know this token; `perigee token list` shows which there are")
        }
        guard known.scope == .write || !route.changesState else {
            throw Problem(
                .forbidden, "this token may only read; `perigee token create NAME --scope write` makes another")
        }
    }

    /// A name that somebody pointed at this machine is not ours.
    private func requireOwnName(_ request: Request) throws(Problem) {
        let authority = request.head.authority ?? ""
        let name =
            authority.hasPrefix("[")
            ? String(authority.dropFirst().prefix { $0 != "]" }) : String(authority.prefix { $0 != ":" })
        let origin = request.headers[.origin]
        guard ServerOptions.isLoopback(name), origin == nil || origin?.hasSuffix("://\(authority)") == true else {
            throw Problem(.forbidden, "changes are taken under the name localhost alone, or with a token")
        }
    }

    private func preflight(_ route: Route) -> Answer {
        var answer = Answer(ByteBuffer(), "text/plain")
        answer.status = .noContent
        answer.headers[.allow] = route.method == .get ? "GET, HEAD, OPTIONS" : "POST, OPTIONS"
        if !route.changesState {
            answer.headers[.accessControlAllowMethods] = "GET, HEAD"
            answer.headers[.accessControlAllowHeaders] = "Authorization, If-None-Match"
            answer.headers[.accessControlMaxAge] = "86400"
        }
        return answer
    }

    private func body(_ request: inout Request) async throws -> ByteBuffer {
        do {
            return try await request.collectBody(upTo: Self.largestBody)
        } catch is NIOTooManyBytesError {
            throw Problem(.contentTooLarge, "a body has \(Self.largestBody) bytes at most")
        } catch {
            throw Problem(.badRequest, "the body is not whole")
        }
    }

    // MARK: The answer

    /// An answer that says that nothing has changed since the one that the caller has; nil where something may have.
    private func unchanged(_ request: Request, _ publication: Int64?) -> Answer? {
        guard let publication else { return nil }
        var isCompressed = false
        if let tags = request.headers[.ifNoneMatch] {
            let given = tags.split(separator: ",").map { $0.trimming(" ").trimmingPrefix("W/") }
            let plain = tag(publication, request, isCompressed: false)
            let compressed = tag(publication, request, isCompressed: true)
            isCompressed = given.contains { $0 == compressed }
            guard isCompressed || given.contains(where: { $0 == plain || $0 == "*" }) else { return nil }
        } else if let since = request.headers[.ifModifiedSince].flatMap(Timestamp.http) {
            // Strictly before: in the same second there may have been another publication since.
            guard publication / 1000 < Int64(since.timeIntervalSince1970) else { return nil }
        } else {
            return nil
        }
        var answer = Answer(ByteBuffer(), "application/json")
        answer.status = .notModified
        answer.headers[.contentType] = nil
        answer.headers[.cacheControl] = "no-cache"
        answer.publication = publication
        answer.isOfCompressed = isCompressed
        return answer
    }

    /// The tag of what a request gets after a publication; another version of this program may answer otherwise.
    private func tag(_ publication: Int64, _ request: Request, isCompressed: Bool) -> String {
        // Of this target alone (FNV-1a): another one may have no such answer.
        let target = (request.head.path ?? "").utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return "\"\(publication)-\(String(target, radix: 36))-\(options.version)\(isCompressed ? "-gzip" : "")\""
    }

    private func response(_ answer: Answer, to request: Request, on channel: any Channel) throws -> Response {
        var headers = answer.headers
        headers[.xContentTypeOptions] = "nosniff"
        headers[.vary] = "Accept-Encoding"
        headers[.accessControlAllowOrigin] = "*"
        headers[.accessControlExposeHeaders] = "ETag, Retry-After"
        var body = ResponseBody()
        let acceptsGzip = Gzip.isAccepted(by: request.headers[.acceptEncoding])
        var isCompressed = answer.isOfCompressed
        switch answer.body {
        case .whole(let bytes):
            if acceptsGzip, bytes.readableBytes >= Self.smallestCompressed {
                isCompressed = true
                body = try whole(try Gzip.compressed(bytes), channel)
            } else {
                body = try whole(bytes, channel)
            }
        case .pieces(let source):
            isCompressed = acceptsGzip
            body = request.method == .head ? Self.none : try streamed(source, compressed: acceptsGzip)
        }
        if isCompressed, answer.status != .notModified { headers[.contentEncoding] = "gzip" }
        if let publication = answer.publication {
            headers[.eTag] = tag(publication, request, isCompressed: isCompressed)
            // The end of its second, once that is over: another publication in it would have the same date.
            if publication / 1000 < Int64(Date().timeIntervalSince1970) {
                headers[.lastModified] = Timestamp.http(Timestamp.date(milliseconds: (publication / 1000 + 1) * 1000))
            }
        }
        if request.method == .head, case .whole = answer.body {
            headers[.contentLength] = body.contentLength.map { String($0) }
            body = ResponseBody()
        }
        if answer.status == .notModified || answer.status == .noContent { body = ResponseBody() }
        return Response(status: answer.status, headers: headers, body: body)
    }

    /// No body, and no word of how long it would be.
    private static let none = ResponseBody { writer in try await writer.finish(nil) }

    /// Bytes beyond this are counted while they wait for their reader.
    private static let smallestCounted = 64 << 10
    /// What a stream has under way, at most: a piece, and the same compressed.
    private static let streamBytes = 1 << 20

    private func lease(_ bytes: Int) throws(Problem) -> Budget.Lease {
        guard let lease = state.budget.lease(bytes) else {
            throw .busy(.serviceUnavailable, "too many answers wait for their readers", retryAfter: 5)
        }
        return lease
    }

    private func whole(_ bytes: ByteBuffer, _ channel: any Channel) throws(Problem) -> ResponseBody {
        guard bytes.readableBytes > Self.smallestCounted else { return ResponseBody(byteBuffer: bytes) }
        let lease = try lease(bytes.readableBytes)
        return ResponseBody(contentLength: bytes.readableBytes) { writer in
            defer { withExtendedLifetime(lease) {} }
            // In pieces of their own: what is written keeps no more of the answer than itself.
            for start in stride(from: 0, to: bytes.readableBytes, by: Self.smallestCounted) {
                let piece = bytes.readableBytesView.dropFirst(start).prefix(Self.smallestCounted)
                try await writer.write(ByteBuffer(bytes: piece))
                // The writer waits for a slow reader once the channel has seen what came before.
                try await channel.eventLoop.submit {}.get()
            }
            try await writer.finish(nil)
        }
    }

    private func streamed(_ source: @escaping @Sendable () -> any PieceSource, compressed: Bool) throws(Problem)
        -> ResponseBody
    {
        let lease = try lease(Self.streamBytes)
        return ResponseBody { writer in
            defer { withExtendedLifetime(lease) {} }
            var source = source()
            let gzip = compressed ? try await GzipStream() : nil
            while let piece = try await source.next() {
                try await writer.write(gzip?.compress(piece) ?? piece)
            }
            if let gzip { try await writer.write(gzip.finish()) }
            try await writer.finish(nil)
        }
    }

    private func failure(_ error: StoreError) -> Answer {
        logger.error("The store failed.", metadata: ["cause": "\(error)"])
        switch error.exitStatus {
        case .unavailable, .tryLater, .inputOutput:
            return Problem.busy(.serviceUnavailable, "the store can't be reached; try again", retryAfter: 5).answer
        default: return Problem(.internalServerError, "the store failed; the server's log says more").answer
        }
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = drop { $0 == character }
        while text.last == character { text.removeLast() }
        return text
    }
}
