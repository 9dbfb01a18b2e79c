import Crypto
import Foundation
import Gzip
import HTTPTypes
import Hummingbird
import Landing
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
    static let smallestCompressed = 1024

    let store: Store
    let options: ServerOptions
    let state: ServerState
    let rate: RateLimit?
    let routes: [Route]
    let landing: LandingZone?
    let logger: Logger

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        var request = request
        let answer: Answer
        do {
            answer = try await self.answer(&request, from: context.channel.remoteAddress)
        } catch {
            answer = await problem(error, request)
        }
        do {
            return try response(answer, to: request, on: context.channel)
        } catch let problem as Problem {
            return try response(await self.problem(problem, request), to: request, on: context.channel)
        }
    }

    /// The answer where there is none of the kind that was asked for: as a page for people.
    private func problem(_ error: any Error, _ request: Request) async -> Answer {
        let problem: Problem
        switch error {
        case let known as Problem: problem = known
        case let error as StoreError: problem = failure(error)
        default:
            logger.error("A request failed.", metadata: ["path": "\(request.uri.path)", "cause": "\(error)"])
            problem = Problem(.internalServerError, "a fault in Perigee; its log says more")
        }
        guard !Self.isOfAPI(request.uri.path) else { return problem.answer }
        let viewer = viewer(request, now: Date())
        let mayLook = viewer.mayRead && !state.isStoreGone
        let overview = mayLook ? try? await state.overview(store, now: Date()) : nil
        var answer = ProblemPage.answer(problem, overview, viewer)
        answer.audience = .people
        return answer
    }

    private static func isOfAPI(_ path: String) -> Bool { path == prefix || path.hasPrefix(prefix + "/") }

    private func answer(_ request: inout Request, from client: SocketAddress?) async throws -> Answer {
        if let rate, let seconds = rate.take(client?.ipAddress ?? "") {
            throw Problem.busy(.tooManyRequests, "this address sends too many requests", retryAfter: seconds)
        }
        guard (request.head.path ?? "").utf8.count <= Self.longestTarget else {
            throw Problem(.uriTooLong, "a path with its query has \(Self.longestTarget) bytes at most")
        }
        guard request.headers[Self.wire] != EarlierHTTP.malformed else {
            throw Problem(.badRequest, "a request has one Host header and a path")
        }
        let (route, values) = try route(request)
        if request.method == .options { return preflight(route) }
        // Only pages have viewers: a program's token was given with its request.
        let viewer = route.audience == .people ? viewer(request, now: Date()) : .program
        switch route.audience {
        case .programs: try await authorize(request, route)
        case .people:
            if let elsewhere = try admit(viewer, request, route) { return elsewhere }
        }
        if state.isStoreGone { throw ServerState.storeIsGone }
        let arguments = try Arguments(
            query: request.uri.query, path: values, route.parameters, emptyIsAbsent: route.audience == .people)
        let isOfPublication = route.isOfPublication(arguments)
        if isOfPublication, arguments["cursor"] == nil, let unchanged = unchanged(request, state.publication?.number) {
            return unchanged
        }
        var call = Call(store: store, arguments: arguments, now: Date(), server: state)
        (call.viewer, call.landing, call.isSecure) = (viewer, landing, options.certificate != nil)
        if route.body != nil { call.body = try await body(&request) }
        if route.audience == .people {
            let answer = try await page(route, call, request)
            // What comes next shows what was done.
            if route.changesState { await state.refresh(store) }
            return answer
        }
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

    private static let wire = HTTPField.Name(EarlierHTTP.wire) ?? .via

    // MARK: Routes

    private func route(_ request: Request) throws(Problem) -> (Route, [String: String]) {
        let path = request.uri.path
        let isOfAPI = Self.isOfAPI(path)
        var steps = path.dropFirst(isOfAPI ? Self.prefix.count : 0).split(
            separator: "/", omittingEmptySubsequences: false
        )
        .dropFirst()
        if steps == [""] { steps = [] }
        var allowed: [HTTPRequest.Method] = []
        for route in routes where (route.audience == .programs) == isOfAPI {
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
        guard allowed.isEmpty else {
            var problem = Problem(.methodNotAllowed, "here one can \(allowed.map(\.rawValue).joined(separator: ", "))")
            problem.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
            throw problem
        }
        throw Problem(
            .notFound,
            isOfAPI ? "there is nothing here; \(Self.prefix)/openapi.json lists what there is" : "there is no such page"
        )
    }

    // MARK: Who asks

    private func authorize(_ request: Request, _ route: Route) async throws {
        if route.changesState {
            // A page in a browser can't send this type to another origin without asking first, and is told no.
            guard isOf("application/json", request) else {
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
        let known = try await state.token(String(given.dropFirst(7)), store)
        guard let known else {
            throw refusal("the store does not know this token; `perigee token list` shows which there are")
        }
        guard known.scope == .write || !route.changesState else {
            throw Problem(
                .forbidden, "this token may only read; `perigee token create NAME --scope write` makes another")
        }
    }

    /// Whether a request's body is of a media type, parameters aside.
    func isOf(_ type: String, _ request: Request) -> Bool {
        let given = request.headers[.contentType] ?? ""
        return given.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces) == type
            && !given.contains(",")
    }

    /// A name that somebody pointed at this machine is not ours.
    func requireOwnName(_ request: Request) throws(Problem) {
        let authority = request.head.authority ?? ""
        let name = authority.wholeMatch(of: /(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/).map {
            String($0.output.1)
        }
        let host = name.map { $0.hasPrefix("[") ? String($0.dropFirst().dropLast()) : $0 }
        guard let host, ServerOptions.isLoopback(host), isOwnOrigin(request) else {
            throw Problem(.forbidden, "changes are taken under the name localhost alone, or with a token")
        }
    }

    /// Whether it comes from a page of this server's, or from no page.
    func isOwnOrigin(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin] else { return true }
        return origin == "\(options.certificate == nil ? "http" : "https")://\(request.head.authority ?? "")"
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
        if request.headers[.ifNoneMatch] != nil {
            return unchanged(request, tag: tag(publication, request), publication)
        }
        // Strictly before: in the same second there may have been another publication since.
        guard let since = request.headers[.ifModifiedSince].flatMap(Timestamp.http),
            publication / 1000 < Int64(since.timeIntervalSince1970)
        else { return nil }
        return notModified(tag(publication, request), publication, isCompressed: false)
    }

    /// The same by a tag alone.
    func unchanged(_ request: Request, tag: String, _ publication: Int64? = nil) -> Answer? {
        guard let tags = request.headers[.ifNoneMatch] else { return nil }
        let given = tags.split(separator: ",").map { $0.trimming(" ").trimmingPrefix("W/") }
        let isCompressed = given.contains { $0 == Self.quoted(tag, isCompressed: true) }
        let isPlain = given.contains { $0 == Self.quoted(tag, isCompressed: false) || publication != nil && $0 == "*" }
        guard isCompressed || isPlain else { return nil }
        return notModified(tag, publication, isCompressed: isCompressed)
    }

    private func notModified(_ tag: String, _ publication: Int64?, isCompressed: Bool) -> Answer {
        var answer = Answer(ByteBuffer(), "text/plain")
        (answer.status, answer.tag, answer.publication) = (.notModified, tag, publication)
        answer.headers[.contentType] = nil
        answer.headers[.cacheControl] = "no-cache"
        answer.isOfCompressed = isCompressed
        return answer
    }

    /// The tag of what a request gets after a publication; another version of this program may answer otherwise.
    private func tag(_ publication: Int64, _ request: Request) -> String {
        // Of this target alone: another one may have no such answer.
        "\(publication)-\(Self.digest(request.head.path ?? ""))-\(options.version)"
    }

    /// FNV-1a.
    static func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 36)
    }

    private static func quoted(_ tag: String, isCompressed: Bool) -> String {
        "\"\(tag)\(isCompressed ? "-gzip" : "")\""
    }

    private func response(_ answer: Answer, to request: Request, on channel: any Channel) throws -> Response {
        var headers = answer.headers
        headers[.xContentTypeOptions] = "nosniff"
        switch answer.audience {
        case .programs:
            headers[.vary] = "Accept-Encoding"
            headers[.accessControlAllowOrigin] = "*"
            headers[.accessControlExposeHeaders] = "ETag, Retry-After"
        case .people:
            headers[.vary] = "Accept-Encoding, Cookie"
            headers[.contentSecurityPolicy] = Assets.policy
            headers[Self.frameOptions] = "DENY"
            headers[Self.referrerPolicy] = "same-origin"
        }
        var body = ResponseBody()
        let acceptsGzip = Gzip.isAccepted(by: request.headers[.acceptEncoding])
        var isCompressed = answer.isOfCompressed
        switch answer.body {
        case .whole(let bytes):
            if acceptsGzip, bytes.readableBytes >= Self.smallestCompressed {
                isCompressed = true
                body = try whole(try answer.compressed ?? Gzip.compressed(bytes), channel)
            } else {
                body = try whole(bytes, channel)
            }
        case .pieces(let source):
            isCompressed = acceptsGzip
            guard request.headers[Self.wire] != EarlierHTTP.earlier || request.method == .head else {
                throw Problem(
                    .httpVersionNotSupported, "a stream takes HTTP/1.1: in HTTP/1.0 one that was cut looks whole")
            }
            body = request.method == .head ? Self.none : try streamed(source, compressed: acceptsGzip)
        }
        if isCompressed, answer.status != .notModified { headers[.contentEncoding] = "gzip" }
        if let tag = answer.tag ?? answer.publication.map({ tag($0, request) }) {
            headers[.eTag] = Self.quoted(tag, isCompressed: isCompressed)
        }
        if let publication = answer.publication {
            // The end of its second: another publication in it would have the same date. Told a second later: the Date of
            // an answer may be behind.
            if publication / 1000 + 1 < Int64(Date().timeIntervalSince1970) {
                headers[.lastModified] = Timestamp.http(Timestamp.date(milliseconds: (publication / 1000 + 1) * 1000))
            }
        }
        if request.method == .head, case .whole = answer.body {
            headers[.contentLength] = body.contentLength.map { String($0) }
            body = ResponseBody()
        }
        if [.notModified, .noContent].contains(answer.status) { body = ResponseBody() }
        return Response(status: answer.status, headers: headers, body: body)
    }

    private static let frameOptions = HTTPField.Name("X-Frame-Options") ?? .contentSecurityPolicy
    private static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .contentSecurityPolicy

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

    private func failure(_ error: StoreError) -> Problem {
        logger.error("The store failed.", metadata: ["cause": "\(error)"])
        switch error.exitStatus {
        case .unavailable, .tryLater, .inputOutput:
            return Problem.busy(.serviceUnavailable, "the store can't be reached; try again", retryAfter: 5)
        default: return Problem(.internalServerError, "the store failed; the server's log says more")
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
