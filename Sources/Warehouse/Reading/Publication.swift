import Crypto
public import Foundation
import NearEarth

/// Which publication a store's data is of.
public struct Publication: Sendable, Hashable {
    /// Grows with each: its moment, milliseconds since 1970; 0 before the first.
    public var number: Int64
    /// The last one that changed what earlier observations count for, under other rules: behind it the store can't be
    /// seen as it was before.
    public var rewritten: Int64
    /// The latest instant that the ledger has: of a publication or of a run's end.
    private var clock: Int64
    /// What cursors are signed with.
    let key: String

    /// When it was.
    public var date: Date { Timestamp.date(milliseconds: number) }

    /// Where the table of settings has it.
    private enum Setting: String, CaseIterable {
        case publication, rewritten, clock
        case key = "cursor-key"
    }

    /// The last one, as a transaction sees it.
    init(_ session: any SQLSession) throws {
        var settings: [String: String] = [:]
        let names = Setting.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        for row in try session.rows("SELECT name, setting FROM perigee_meta WHERE name IN (\(names))") {
            settings[try row["name"]] = try row["setting"]
        }
        func number(_ setting: Setting) throws -> Int64? {
            guard let text = settings[setting.rawValue] else { return nil }
            guard let number = Int64(text) else { throw StoreError.unreadable("\(text) as \(setting.rawValue)") }
            return number
        }
        rewritten = try number(.rewritten) ?? 0
        key = settings[Setting.key.rawValue] ?? ""
        if let last = try number(.publication) {
            self.number = last
        } else {
            // A store that was filled before publications had numbers.
            let published = "SELECT MAX(published_at) AS at FROM perigee_observations"
            self.number = try (session.first(published)?["at"] as Date?).map(Timestamp.milliseconds) ?? 0
        }
        clock = max(try number(.clock) ?? 0, self.number)
    }

    /// The moment of the next one, inside its transaction: later than every instant that the ledger has, also where a
    /// clock was set back, or another machine's is behind. So what was seen of an earlier moment stays as it was.
    static func next(_ now: Date, _ session: any SQLSession) throws -> Date {
        let last = try Publication(session)
        let moment = max(Timestamp.milliseconds(now), last.clock + 1)
        try set(.publication, "\(moment)", session)
        try set(.clock, "\(moment)", session)
        if last.key.isEmpty {
            try set(.key, Hexadecimal.random(bytes: 16), session)
        }
        return Timestamp.date(milliseconds: moment)
    }

    /// The moment of a run's end, inside its transaction: not before a publication, and before the next one.
    static func end(_ now: Date, _ session: any SQLSession) throws -> Date {
        let moment = max(Timestamp.milliseconds(now), try Publication(session).clock)
        try set(.clock, "\(moment)", session)
        return Timestamp.date(milliseconds: moment)
    }

    /// Notes that a publication changed what earlier observations count for.
    static func noteRewrite(at moment: Date, _ session: any SQLSession) throws {
        try set(.rewritten, "\(Timestamp.milliseconds(moment))", session)
    }

    private static func set(_ setting: Setting, _ value: String, _ session: any SQLSession) throws {
        try session.upsert("perigee_meta", [["name": setting.rawValue, "setting": value]])
    }

    /// A text's signature: nobody can make a cursor but a store.
    func signature(of text: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: Array(key.utf8)))
        return Hexadecimal.text(code.prefix(9))
    }
}

extension Store {
    /// The last publication.
    public func publication() async throws(StoreError) -> Publication {
        try await database.read { try Publication($0) }
    }
}
