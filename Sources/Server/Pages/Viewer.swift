import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NearEarth
import Synchronization
import Warehouse

/// Who looks at a page, and what they may do.
struct Viewer: Sendable {
    /// The session that a token was given for; nil for anybody.
    var session: String?
    /// The session's token.
    var tokenName: String?
    /// Whether they may see what the store holds.
    var mayRead: Bool
    /// Whether they may press what changes something.
    var mayChange: Bool
    /// What a form of theirs has to carry, so that no other site's form is taken for it.
    var formKey: String
    /// Whether this server takes tokens for changes at all.
    var changesTakeToken: Bool

    /// Nobody who looks at a page.
    static let program = Viewer(
        session: nil, tokenName: nil, mayRead: true, mayChange: false, formKey: "", changesTakeToken: true)
}

/// Sessions of people who gave a token: in memory alone, so that a restart ends them.
final class Sessions: Sendable {
    private struct Session {
        var token: String
        var expires: Date
    }

    static let cookie = "perigee-session"
    private static let lifetime: TimeInterval = 12 * 3600
    private static let most = 1000

    private let sessions = Mutex<[String: Session]>([:])
    /// Forms of this process's pages are signed with it.
    private let key = SymmetricKey(size: .bits256)

    /// Begins one for a token that is known.
    func begin(_ token: String, now: Date) -> String {
        let name = Hexadecimal.random(bytes: 24)
        sessions.withLock { sessions in
            sessions = sessions.filter { $0.value.expires > now }
            if sessions.count >= Self.most, let oldest = sessions.min(by: { $0.value.expires < $1.value.expires }) {
                sessions[oldest.key] = nil
            }
            sessions[name] = Session(token: token, expires: now.addingTimeInterval(Self.lifetime))
        }
        return name
    }

    /// The token of the session that a request belongs to.
    func token(_ request: HTTPFields, now: Date) -> (session: String, token: String)? {
        for field in request[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.trimmingPrefix(" ").split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, parts[0] == Self.cookie else { continue }
                if let found = sessions.withLock({ $0[parts[1]] }), found.expires > now {
                    return (parts[1], found.token)
                }
            }
        }
        return nil
    }

    /// Ends one.
    func end(_ name: String) {
        sessions.withLock { $0[name] = nil }
    }

    /// What forms of a session carry; nil for those of anybody.
    func formKey(_ session: String?) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array((session ?? "").utf8), using: key)
        return Hexadecimal.text(code.prefix(16))
    }
}
