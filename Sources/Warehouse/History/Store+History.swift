public import Foundation
public import NearEarth

/// Where the evidence is cut, to see what the store held or would have held.
public struct Cut: Sendable, Hashable {
    /// Behind what was published by then; nil for all.
    public var published: Date?
    /// Behind what NASA had said by then, by its clock; nil for all.
    public var said: Date?

    /// A cut at both, or at neither: that cuts nothing off.
    public init(published: Date? = nil, said: Date? = nil) {
        (self.published, self.said) = (published, said)
    }

    /// What was published then.
    public static func published(by date: Date) -> Cut { Cut(published: date) }
    /// What is published now of what NASA had said by then.
    public static func said(by date: Date) -> Cut { Cut(said: date) }

    func includes(_ observation: LoggedObservation) -> Bool {
        if let published, observation.published.map({ $0.at > published }) ?? true { return false }
        return said.map { Timestamp.date(milliseconds: observation.stamp.service) <= $0 } ?? true
    }
}

/// What the store held earlier, and how it came to what it holds: the fold over the evidence, cut.
extension Store {
    /// The content hash behind a cut: of what was published then, that which `contentHash` gave.
    public func contentHash(asOf cut: Cut) async throws(StoreError) -> String { try await content(asOf: cut).hash }

    /// The same, and how many approaches there were.
    public func content(asOf cut: Cut) async throws(StoreError) -> (hash: String, approaches: Int) {
        try await database.read { session in
            var hash = ContentHash()
            var approaches = 0
            for days in try Self.days(session) {
                let scope = try Scope(allOn: days, session)
                for key in scope.approaches.keys.sorted() {
                    guard let row = scope.row(of: key, where: cut.includes) else { continue }
                    hash.add(row.facts)
                    approaches += 1
                }
            }
            let sql = "SELECT id FROM nasa_neo_orbits UNION SELECT id FROM nasa_neo_orbits_history ORDER BY id"
            let ids: [String] = try session.rows(sql).map { try $0["id"] }
            for ids in ids.pieces(of: Self.objectsAtATime) {
                let scope = try Scope(days: [], objects: Set(ids), session)
                for id in ids {
                    let sayings = scope.sayings(ofOrbit: id).filter { cut.includes($0.by) }
                    if let orbit = versions(sayings).last { hash.add(orbit.row) }
                }
            }
            return (hash.text(), approaches)
        }
    }

    /// What publications after `start` and up to `end` changed, the newest first; of one object, where `id` is given.
    /// One after the other they turn what was published at the one into what was published at the other.
    ///
    /// The end is at most the last publication that is seen: what is published later is never before an end that was
    /// told.
    public func changes(after start: Date, upTo end: Date? = nil, of id: String? = nil) async throws(StoreError)
        -> ChangeList
    {
        // Databases differ in how far back their calendars go.
        let start = max(start, Date(timeIntervalSince1970: 0))
        return try await database.read { session in
            let publication = try Publication(session)
            let end = max(start, min(end ?? .distantFuture, publication.date))
            var changes: [ApproachChange] = []
            // In place: a list of a hundred thousand is copied too easily.
            func list() -> ChangeList {
                changes.joinMoves()
                changes.sort { $0.isListedBefore($1) }
                return ChangeList(changes: changes, until: end, publication: publication)
            }
            func spokenOf<Item: SQLConvertible>(_ table: String, _ column: String) throws -> [Item] {
                let sql = """
                    SELECT DISTINCT x.\(column) AS item FROM \(table) x
                    JOIN perigee_observations o ON o.observation_id = x.observation_id
                    WHERE o.published_at > ? AND o.published_at <= ? ORDER BY item
                    """
                return try session.rows(sql, start, end).map { try $0["item"] }
            }
            func add(_ keys: some Sequence<ApproachKey>, _ scope: Scope) throws {
                for key in keys { changes += try scope.changes(of: key, after: start, upTo: end) }
            }
            if let id {
                let scope = try Scope(days: [], objects: [id], session)
                try add(scope.approaches.keys.filter { $0.id == id }, scope)
                return list()
            }
            let days: [CalendarDate] = try spokenOf("perigee_days", "observation_date")
            let objects: [String] = try spokenOf("perigee_objects", "id")
            for days in days.pieces(of: Self.daysAtATime) {
                let scope = try Scope(days: Set(days), objects: [], session)
                try add(scope.approaches.keys, scope)
            }
            let known = Set(days)
            for objects in objects.pieces(of: Self.objectsAtATime) {
                let scope = try Scope(days: [], objects: Set(objects), session)
                try add(
                    scope.approaches.keys.filter { $0.orbitingBody != Incoming.feedBody || !known.contains($0.date) },
                    scope)
            }
            return list()
        }
    }

    /// How many rows the answers have that were published after `start` and up to `end`: the work that their changes
    /// take.
    public func rowsAnswered(after start: Date, upTo end: Date) async throws(StoreError) -> Int {
        try await database.read { session in
            let sql =
                "SELECT COALESCE(SUM(staged), 0) AS staged FROM perigee_observations WHERE published_at > ? AND published_at <= ?"
            // Databases differ in how far their calendars go.
            let end = min(end, Date(timeIntervalSince1970: 253_402_300_799))
            return try session.first(sql, max(start, Date(timeIntervalSince1970: 0)), end)?["staged"] ?? 0
        }
    }

    /// How many days and objects are held in memory at a time.
    private static var daysAtATime: Int { 366 }
    private static var objectsAtATime: Int { 256 }

    /// All days that anything was ever published of, some at a time.
    static func days(_ session: any SQLSession) throws -> [Set<CalendarDate>] {
        let sql = """
            SELECT observation_date AS day FROM nasa_neo_data UNION SELECT observation_date AS day FROM nasa_neo_history ORDER BY day
            """
        let days: [CalendarDate] = try session.rows(sql).map { try $0["day"] }
        return days.pieces(of: daysAtATime).map(Set.init)
    }
}

extension Scope {
    /// What holds of an approach once some of the published observations are counted; nil for nothing.
    func row(of key: ApproachKey, where counts: (LoggedObservation) -> Bool) -> ApproachRow? {
        Stored(versions: versions(of: key, where: counts)).live?.row
    }

    /// The versions of an approach once some of the published observations are counted.
    func versions(of key: ApproachKey, where counts: (LoggedObservation) -> Bool) -> [Version<ApproachRow>] {
        Warehouse.versions(sayings(of: key).filter { counts($0.by) })
    }

    /// What publications changed of an approach, run by run.
    fileprivate func changes(of key: ApproachKey, after start: Date, upTo end: Date) throws -> [ApproachChange] {
        let sayings = sayings(of: key).compactMap { saying in
            saying.by.published.map { (by: saying.by, says: saying.says, published: $0) }
        }
        var counted = sayings.filter { $0.published.at <= start }.map { (by: $0.by, says: $0.says) }
        var before = Warehouse.versions(counted)
        var changes: [ApproachChange] = []
        var later = sayings.filter { $0.published.at > start && $0.published.at <= end }
            .sorted { ($0.published.at, $0.by.id) < ($1.published.at, $1.by.id) }[...]
        while let first = later.first {
            // What one run published in a row is one change.
            let step = later.prefix { $0.published.by == first.published.by }
            later = later.dropFirst(step.count)
            counted += step.map { (by: $0.by, says: $0.says) }
            counted.sort { $0.by < $1.by }
            let after = Warehouse.versions(counted)
            if let change = try Self.change(of: key, from: before, to: after, by: step[step.endIndex - 1].published) {
                changes.append(change)
            }
            before = after
        }
        return changes
    }

    private static func change(
        of key: ApproachKey, from before: [Version<ApproachRow>], to after: [Version<ApproachRow>],
        by published: (at: Date, by: RunID)
    ) throws -> ApproachChange? {
        let old = try Stored(versions: before).live.map { try ApproachChange.Published(stored: $0.row.facts) }
        let new = try Stored(versions: after).live.map { try ApproachChange.Published(stored: $0.row.facts) }
        let kind: ApproachChange.Kind
        switch (old, new) {
        case (let old?, let new?) where old.facts != new.facts: kind = .revised
        case (nil, _?): kind = before.isEmpty ? .new : .returned
        case (_?, nil): kind = .retired
        default: return nil
        }
        guard let stated = new ?? old, let last = after.last else { return nil }
        let says = last.end?.by ?? last.since
        return ApproachChange(
            kind: kind, key: key, stated: stated, old: old, run: published.by, publishedAt: published.at,
            file: says.file, sha256: says.stamp.sha256, saidAt: Timestamp.date(milliseconds: says.stamp.service))
    }
}

extension ApproachChange {
    /// The newest publication first; of one, by day and SPK-ID.
    fileprivate func isListedBefore(_ other: ApproachChange) -> Bool {
        if (publishedAt, run) != (other.publishedAt, other.run) {
            return (publishedAt, run) > (other.publishedAt, other.run)
        }
        return key < other.key
    }
}

extension Array {
    /// The elements in their order, so many at a time.
    fileprivate func pieces(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
