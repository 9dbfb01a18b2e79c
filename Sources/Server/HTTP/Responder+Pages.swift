import Foundation
import Gzip
import HTTPTypes
import Hummingbird
import NIOCore
import Warehouse

/// How pages are answered: who looks, and what is kept.
extension Responder {
    /// A page: the one that was made of the same, or a new one.
    func page(_ route: Route, _ call: Call, _ request: Request) async throws -> Answer {
        guard route.isKept, let stamp = state.stamp(call.now) else {
            var answer = try await state.admit(route.isHeavy(call.arguments)) { try await route.handle(call) }
            answer.audience = .people
            if answer.headers[.cacheControl] == nil { answer.headers[.cacheControl] = "no-store" }
            return answer
        }
        let target = "\(request.head.path ?? "") \(call.viewer.formKey)"
        // Of what it is made of, its URL, who looks, and this process, whose forms it has.
        let parts = "\(stamp.publication) \(stamp.pulse) \(stamp.minute) \(target)"
        let tag = "\(Self.digest(parts))-\(options.version)"
        if var unchanged = unchanged(request, tag: tag) {
            unchanged.audience = .people
            return unchanged
        }
        if let known = state.pages.page(target, stamp) { return known }
        var answer = try await state.admit(route.isHeavy(call.arguments)) { try await route.handle(call) }
        (answer.audience, answer.headers[.cacheControl]) = (.people, "no-cache")
        if answer.status == .ok, case .whole(let bytes) = answer.body {
            answer.tag = tag
            if bytes.readableBytes >= Self.smallestCompressed { answer.compressed = try Gzip.compressed(bytes) }
            state.pages.keep(answer, target, stamp)
        }
        return answer
    }

    /// Makes the pages whose data takes long to read once after each publication, so that nobody waits for them; until
    /// the task is cancelled.
    func prepare() async {
        var made: PageCache.Stamp?
        var seen: PageCache.Stamp?
        while (try? await Task.sleep(for: .milliseconds(500))) != nil {
            var stamp = state.stamp(Date())
            stamp?.minute = 0
            defer { seen = stamp }
            // While one publication follows the other, those who look pay for what they see.
            guard let stamp, stamp == seen, stamp != made else { continue }
            made = stamp
            for (route, query) in Pages.prepared {
                guard let arguments = try? Arguments(query: query, path: [:], route.parameters) else { continue }
                let call = Call(store: store, arguments: arguments, now: Date(), server: state)
                _ = try? await state.admit(true) { try await route.handle(call) }
            }
            _ = try? await state.admit(true) { try await FindPage.names(store, state) }
        }
    }

    /// Who looks at a page.
    func viewer(_ request: Request, now: Date) -> Viewer {
        let session = state.sessions.token(request.headers, now: now)
        // A token that was revoked is of no use from then on.
        let token = session.flatMap { session in state.tokens.first { $0.isMade(of: session.token) } }
        return Viewer(
            session: token == nil ? nil : session?.session, tokenName: token?.name,
            mayRead: !options.readingTakesToken || token != nil,
            mayChange: !options.changingTakesToken || token?.scope == .write,
            formKey: state.sessions.formKey(token == nil ? nil : session?.session),
            changesTakeToken: options.changingTakesToken)
    }

    /// Lets a person in; where to go instead, where reading takes a token.
    func admit(_ viewer: Viewer, _ request: Request, _ route: Route) throws(Problem) -> Answer? {
        if route.changesState {
            guard isOf("application/x-www-form-urlencoded", request) else {
                throw Problem(.unsupportedMediaType, "send a form: application/x-www-form-urlencoded")
            }
            // Browsers say where a form comes from.
            let site = request.headers[Self.fetchSite]
            guard isOwnOrigin(request), site == nil || site == "same-origin" || site == "none" else {
                throw Problem(.forbidden, "this form comes from another site")
            }
            if !options.changingTakesToken { try requireOwnName(request) }
            guard viewer.mayChange || route.isOpen || route.path == "/sign-out" else {
                throw Problem(.forbidden, "changes take a token that may write: sign in first")
            }
            return nil
        }
        guard !viewer.mayRead, !route.isOpen else { return nil }
        return .redirect("/sign-in?next=\(URLText.escaped(String((request.head.path ?? "/").prefix(300))))")
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
}
