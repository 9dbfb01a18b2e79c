public import Foundation
import NearEarth

/// Which publication a store's data is of.
public struct Publication: Sendable, Hashable {
    /// Grows with each: its moment, milliseconds since 1970; 0 before the first.
    public var number: Int64
    /// The last one that changed what earlier observations count for, under other rules: behind it the store can't be
    /// seen as it was before.
    public var rewritten: Int64

    /// When it was.
    public var date: Date { Timestamp.date(milliseconds: number) }

    private static let (last, lastRewrite) = ("publication", "rewritten")

    /// The last one, as a transaction sees it.
    init(_ session: any SQLSession) throws {
        (number, rewritten) = (0, 0)
        let sql = "SELECT name, setting FROM perigee_meta WHERE name IN (?, ?)"
        var isKnown = false
        for row in try session.rows(sql, Self.last, Self.lastRewrite) {
            let name: String = try row["name"]
            if name == Self.last {
                (number, isKnown) = (try row["setting"], true)
            } else {
                rewritten = try row["setting"]
            }
        }
        guard !isKnown else { return }
        // A store that was filled before publications had numbers.
        let published = "SELECT MAX(published_at) AS at FROM perigee_observations"
        number = try (session.first(published)?["at"] as Date?).map(Timestamp.milliseconds) ?? 0
    }

    /// The moment of the next one, inside its transaction: later than every earlier one, also where the clock was set
    /// back.
    static func next(after now: Date, isRewrite: Bool, _ session: any SQLSession) throws -> Date {
        let number = max(Timestamp.milliseconds(now), try Publication(session).number + 1)
        var settings: [SQLFields] = [["name": last, "setting": "\(number)"]]
        if isRewrite { settings.append(["name": lastRewrite, "setting": "\(number)"]) }
        try session.upsert("perigee_meta", settings)
        return Timestamp.date(milliseconds: number)
    }
}

extension Store {
    /// The last publication.
    public func publication() async throws(StoreError) -> Publication {
        try await database.read { try Publication($0) }
    }
}
