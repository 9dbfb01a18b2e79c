import Crypto
import Foundation
public import NearEarth

/// Looking at what was published.
extension Store {
    /// SHA-256 over all facts in the order of date, SPK-ID and body: the same in every store with the same content.
    public func contentHash() async throws(StoreError) -> String {
        try await database.read { try ContentHash.compute($0) }
    }

    /// Figures on what is held.
    public func summary() async throws(StoreError) -> StoreSummary {
        try await database.read { session in
            // One statement for each: with both distinct counts in one, SQLite sorts every row twice.
            let objects = try session.first("SELECT COUNT(DISTINCT id) AS objects FROM nasa_neo_data")
            let days = try session.first(
                "SELECT COUNT(DISTINCT observation_date) AS days, MIN(observation_date) AS first_day, MAX(observation_date) AS last_day FROM nasa_neo_data"
            )
            guard let objects, let days else { throw StoreError.unreadable("no figures") }
            return try StoreSummary(
                approaches: session.count("nasa_neo_data"), objects: objects["objects"],
                hazardous: session.count("nasa_neo_data WHERE is_potentially_hazardous_asteroid"),
                days: days["days"], firstDay: days["first_day"], lastDay: days["last_day"],
                revisions: session.count("nasa_neo_history WHERE change_kind = 'revised'"),
                retired: session.count("nasa_neo_history WHERE change_kind = 'retired'"),
                openQuarantine: session.count("nasa_neo_quarantine WHERE status = 'open'"),
                checkpoint: session.first("SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?[
                    "through_date"],
                origin: session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?["setting"],
                orbits: session.count("nasa_neo_orbits"))
        }
    }

    /// Published approaches; with `asOf`, those that were.
    public func approaches(_ query: ApproachQuery) async throws(StoreError) -> [PublishedApproach] {
        if query.asOf != nil {
            return try await database.read { session in
                try ApproachReader(query, nil, .facts, session).folded().map { try PublishedApproach($0) }
            }
        }
        let (condition, values) = Self.condition(query)
        return try await database.read { session in
            let order =
                query.order == .date
                ? "observation_date, close_approach_date_full, id, orbiting_body"
                : query.order.sorting(session.dialect).clause
            // What the view nasa_neo_seen shows. MySQL refuses to prepare a statement on a view once it has more tables
            // than fit into its cache of definitions (ER_NEED_REPREPARE).
            let sql = """
                SELECT source_record, epoch_ms, miss_distance_au_digits, first_seen, seen_at, source,
                (SELECT MAX(x.seen_at) FROM perigee_days x WHERE x.observation_date = d.observation_date AND x.is_clean
                AND d.source = 'feed' AND d.orbiting_body = 'Earth') AS day_seen,
                (SELECT MAX(y.seen_at) FROM perigee_objects y WHERE y.id = d.id AND y.is_clean) AS object_seen,
                (SELECT o.published_run FROM perigee_observations o WHERE o.observation_id = d.observation_id) AS run_id
                FROM nasa_neo_data d\(condition) ORDER BY \(order)\(query.limit.map { " LIMIT \($0)" } ?? "")
                """
            var found: [PublishedApproach] = []
            try session.query(sql, values) { found.append(try PublishedApproach($0)) }
            return found
        }
    }

    /// What a query asks of the table, and of its rows `further`: WHERE and its values.
    static func condition(_ query: ApproachQuery, and further: String = "", _ furtherValues: [SQLValue] = []) -> (
        String, [SQLValue]
    ) {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func require(_ condition: String, _ value: any SQLConvertible...) {
            conditions.append(condition)
            values += value.map(\.sql)
        }
        if let from = query.from { require("observation_date >= ?", from) }
        if let to = query.to { require("observation_date <= ?", to) }
        if query.hazardousOnly { require("is_potentially_hazardous_asteroid") }
        if query.sentryOnly { require("is_sentry_object") }
        if let distance = query.withinLunarDistances {
            require("miss_distance_km <= ?", SQLValue.real(distance * Units.kilometersPerLunarDistance))
        }
        if let id = query.id { require("id = ?", id) }
        if let body = query.orbitingBody { require("orbiting_body = ?", body) }
        if !further.isEmpty { conditions.append(further) }
        values += furtherValues
        return (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "), values)
    }

    /// What became of the days of a range: which are published, and which batches stand in the way.
    public func coverage(of range: DateWindow) async throws(StoreError) -> Coverage {
        try await database.read { session in
            let newest = try session.published(on: Set(range.days)).compactMapValues(\.last)
            let refused = try session.refusals(of: range)
            let inRange = "observation_date >= ? AND observation_date <= ?"
            return Coverage(
                approaches: try session.count("nasa_neo_data WHERE \(inRange)", range.from, range.to),
                hazardous: try session.count(
                    "nasa_neo_data WHERE is_potentially_hazardous_asteroid AND \(inRange)", range.from, range.to),
                missingDays: range.days.filter { newest[$0] == nil }, refused: Set(refused.map(\.batch.name)).sorted(),
                openQuarantine: try session.count(
                    "nasa_neo_quarantine WHERE status = 'open' AND feed_day >= ? AND feed_day <= ?", range.from,
                    range.to))
        }
    }
}

extension PublishedApproach {
    fileprivate init(_ folded: FoldedApproach) throws(StoreError) {
        guard let first = Timestamp.date(folded.firstSeen), let last = Timestamp.date(folded.lastSeen),
            let run = folded.run
        else { throw .unreadable("an observation without its instant or run") }
        self.init(
            approach: folded.approach, firstSeen: first, lastSeen: last, source: folded.source.rawValue, run: run)
    }

    /// The digits are those of the record, not of the columns, which a store may keep as binary floats or rounded to
    /// the column's scale.
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        try self.init(
            approach: CloseApproach(stored: ApproachFacts(row)), firstSeen: row["first_seen"],
            lastSeen: max(row["seen_at"], row["day_seen"] ?? .distantPast, row["object_seen"] ?? .distantPast),
            source: row["source"], run: row["run_id"])
    }
}

extension CloseApproach {
    /// The approach that facts of the store state.
    init(stored facts: ApproachFacts) throws(StoreError) {
        guard let approach = CloseApproach(facts) else { throw .unreadable("the record \(facts.record)") }
        self = approach
    }
}

extension ApproachFacts {
    /// The facts of a row of `nasa_neo_data` or its history.
    init(_ row: SQLRow) throws(StoreError) {
        try self.init(
            record: row["source_record"], epochMilliseconds: row["epoch_ms"],
            missDistanceAU: row["miss_distance_au_digits"])
    }
}

/// SHA-256 over the canonical facts: the approaches in the order of date, SPK-ID and body, then the orbits in that of
/// the SPK-ID.
struct ContentHash {
    private var hash = SHA256()
    private var bytes: [UInt8] = []

    /// Adds the next approach's facts.
    mutating func add(_ facts: ApproachFacts) {
        facts.appendCanonical(to: &bytes)
        flush(at: 1 << 16)
    }

    /// Adds the next orbit.
    mutating func add(_ orbit: ObjectOrbit) {
        orbit.appendCanonical(to: &bytes)
        flush(at: 1 << 16)
    }

    /// The hash, lower-case hexadecimal.
    mutating func text() -> String {
        flush(at: 0)
        return Hexadecimal.text(hash.finalize())
    }

    private mutating func flush(at size: Int) {
        guard bytes.count > size else { return }
        hash.update(data: bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// That of what is published, inside a transaction.
    static func compute(_ session: any SQLSession) throws -> String {
        var hash = ContentHash()
        let sql =
            "SELECT source_record, epoch_ms, miss_distance_au_digits FROM nasa_neo_data ORDER BY observation_date, id, orbiting_body"
        try session.query(sql, []) { hash.add(try ApproachFacts($0)) }
        try session.query("SELECT id, source_record FROM nasa_neo_orbits ORDER BY id", []) {
            hash.add(try ObjectOrbit($0))
        }
        return hash.text()
    }
}
