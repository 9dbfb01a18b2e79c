import Crypto
public import Foundation
import NearEarth

/// A token for the HTTP API, as the store knows it: by its digest.
public struct APIToken: Sendable, Encodable {
    /// What it may do.
    public enum Scope: String, Sendable, Codable, CaseIterable {
        /// Read, where that takes a token.
        case read
        /// Read, and change what the API can change.
        case write
    }

    /// Its name.
    public var name: String
    /// What it may do.
    public var scope: Scope
    /// When it was made.
    public var createdAt: Date
    /// SHA-256 of the token, lower-case hexadecimal.
    let digest: String

    private enum CodingKeys: CodingKey {
        case name, scope, createdAt
    }

    /// Whether this is the token.
    public func isMade(of token: String) -> Bool {
        let given = Array(Self.digest(of: token).utf8)
        let own = Array(digest.utf8)
        // In a time that does not tell where they differ.
        return given.count == own.count && zip(given, own).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func digest(of token: String) -> String { Hexadecimal.text(SHA256.hash(data: Array(token.utf8))) }

    /// Letters, digits, dots, dashes and underscores, 30 at most.
    public static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[A-Za-z0-9._-]{1,30}/) != nil }
}

extension Store {
    private static let tokenPrefix = "token "

    /// Makes a token and keeps its digest; one of the same name is replaced. Nobody can see the token again.
    public func makeToken(_ name: String, _ scope: APIToken.Scope) async throws(StoreError) -> String {
        let token = "perigee_" + Hexadecimal.random(bytes: 32)
        let setting = [scope.rawValue, Timestamp.iso8601(now()), APIToken.digest(of: token)].joined(separator: " ")
        try await database.write { session in
            try session.upsert("perigee_meta", [["name": Self.tokenPrefix + name, "setting": setting]])
        }
        return token
    }

    /// Every token, by name.
    public func tokens() async throws(StoreError) -> [APIToken] {
        try await database.read { try Self.tokens($0) }
    }

    static func tokens(_ session: any SQLSession) throws -> [APIToken] {
        let sql = "SELECT name, setting FROM perigee_meta WHERE name LIKE 'token %' ORDER BY name"
        return try session.rows(sql).map { row in
            let (name, setting): (String, String) = (try row["name"], try row["setting"])
            let parts = setting.split(separator: " ").map(String.init)
            guard parts.count == 3, let scope = APIToken.Scope(rawValue: parts[0]),
                let createdAt = Timestamp.date(parts[1])
            else { throw StoreError.unreadable("the token \(name)") }
            return APIToken(
                name: String(name.dropFirst(tokenPrefix.count)), scope: scope, createdAt: createdAt, digest: parts[2])
        }
    }

    /// Has a token be of no use any more; false where there is none of that name.
    public func revokeToken(_ name: String) async throws(StoreError) -> Bool {
        try await database.write { session in
            try session.execute("DELETE FROM perigee_meta WHERE name = ?", Self.tokenPrefix + name) > 0
        }
    }
}
