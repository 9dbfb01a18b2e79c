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
            let sql = """
                SELECT COUNT(*) AS approaches, COUNT(DISTINCT id) AS objects,
                SUM(CASE WHEN is_potentially_hazardous_asteroid THEN 1 ELSE 0 END) AS hazardous,
                COUNT(DISTINCT observation_date) AS days, MIN(observation_date) AS first_day, MAX(observation_date) AS last_day FROM nasa_neo_data
                """
            guard let data = try session.first(sql) else { throw StoreError.unreadable("no figures") }
            func count(_ table: String) throws -> Int { try session.count("SELECT COUNT(*) AS count FROM \(table)") }
            return StoreSummary(
                approaches: try data.int("approaches"), objects: try data.int("objects"), hazardous: try data.optionalInt("hazardous") ?? 0,
                days: try data.int("days"), firstDay: try data.optionalDay("first_day"), lastDay: try data.optionalDay("last_day"),
                revisions: try count("nasa_neo_history WHERE change_kind = 'revised'"), retired: try count("nasa_neo_history WHERE change_kind = 'retired'"),
                openQuarantine: try count("nasa_neo_quarantine WHERE status = 'open'"),
                checkpoint: try session.first("SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?.day("through_date"),
                origin: try session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?.text("setting"), orbits: try count("nasa_neo_orbits"))
        }
    }

    /// Published approaches.
    public func approaches(_ query: ApproachQuery) async throws(StoreError) -> [PublishedApproach] {
        let (condition, values) = Self.condition(query)
        let order =
            switch query.order {
            case .date: "observation_date, close_approach_date_full, id, orbiting_body"
            case .distance: "miss_distance_km, id, observation_date"
            case .velocity: "velocity_kps DESC, id, observation_date"
            // NULLs sort first in one database and last in another.
            case .size: "CASE WHEN estimated_diameter_km_max IS NULL THEN 1 ELSE 0 END, estimated_diameter_km_max DESC, id, observation_date"
            case .magnitude: "CASE WHEN absolute_magnitude_h IS NULL THEN 1 ELSE 0 END, absolute_magnitude_h, id, observation_date"
            case .name: "name, observation_date"
            }
        return try await database.read { session in
            // What the view nasa_neo_seen shows. MySQL refuses to prepare a statement on a view once it has more tables than fit into
            // its cache of definitions (ER_NEED_REPREPARE).
            let sql = """
                SELECT source_record, epoch_ms, miss_distance_au_digits, first_seen, seen_at, created_at, batch_date, source,
                (SELECT MAX(x.seen_at) FROM perigee_days x WHERE x.observation_date = d.observation_date AND x.is_clean
                AND d.source = 'feed' AND d.orbiting_body = 'Earth') AS day_seen,
                (SELECT MAX(y.seen_at) FROM perigee_objects y WHERE y.id = d.id AND y.is_clean) AS object_seen,
                (SELECT o.published_run FROM perigee_observations o WHERE o.observation_id = d.observation_id) AS run_id
                FROM nasa_neo_data d\(condition) ORDER BY \(order)\(query.limit.map { " LIMIT \($0)" } ?? "")
                """
            return try session.rows(sql, values).map(PublishedApproach.init)
        }
    }

    private static func condition(_ query: ApproachQuery) -> (String, [SQLValue]) {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func require(_ condition: String, _ value: SQLValue? = nil) {
            conditions.append(condition)
            if let value { values.append(value) }
        }
        if let from = query.from { require("observation_date >= ?", .date(from)) }
        if let to = query.to { require("observation_date <= ?", .date(to)) }
        if query.hazardousOnly { require("is_potentially_hazardous_asteroid") }
        if query.sentryOnly { require("is_sentry_object") }
        if let distance = query.withinLunarDistances { require("miss_distance_km <= ?", .real(distance * Units.kilometersPerLunarDistance)) }
        if let id = query.id { require("id = ?", .text(id)) }
        if let body = query.orbitingBody { require("orbiting_body = ?", .text(body)) }
        return (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "), values)
    }

    /// What became of the days of a range: which are published, and which batches stand in the way.
    public func coverage(of range: DateWindow) async throws(StoreError) -> Coverage {
        try await database.read { session in
            var newest: [CalendarDate: LoggedObservation] = [:]
            let columns = Observation.columns.split(separator: ", ").map { "o.\($0)" }.joined(separator: ", ")
            let ends: [SQLValue] = [.date(range.from), .date(range.to)]
            try session.query(
                """
                SELECT \(columns), x.observation_date FROM perigee_days x JOIN perigee_observations o ON o.observation_id = x.observation_id
                WHERE x.observation_date >= ? AND x.observation_date <= ?
                """, ends
            ) { row in
                let (day, observation) = (try row.day("observation_date"), try LoggedObservation(row))
                if newest[day].map({ $0 < observation }) ?? true { newest[day] = observation }
            }
            var refused: Set<String> = []
            try session.query(
                """
                SELECT \(columns) FROM perigee_observations o JOIN perigee_batches b ON b.batch = o.batch
                WHERE o.state = 'refused' AND b.window_from <= ? AND b.window_to >= ?
                """, ends.reversed()
            ) { row in
                let observation = try LoggedObservation(row)
                // A refusal is over once a newer answer is published for each of its days.
                let days = try row.batch().window?.days.filter(range.contains) ?? []
                if days.contains(where: { newest[$0].map { $0 < observation } ?? true }) { refused.insert(try row.text("batch")) }
            }
            let rows = try session.first(
                """
                SELECT COUNT(*) AS approaches, SUM(CASE WHEN is_potentially_hazardous_asteroid THEN 1 ELSE 0 END) AS hazardous
                FROM nasa_neo_data WHERE observation_date >= ? AND observation_date <= ?
                """, ends)
            return Coverage(
                range: range, approaches: try rows?.int("approaches") ?? 0, hazardous: try rows?.optionalInt("hazardous") ?? 0,
                missingDays: range.days.filter { newest[$0] == nil }, refused: refused.sorted(),
                openQuarantine: try session.count(
                    "SELECT COUNT(*) AS count FROM nasa_neo_quarantine WHERE status = 'open' AND feed_day >= ? AND feed_day <= ?", ends))
        }
    }
}

extension PublishedApproach {
    /// The digits are those of the record, not of the columns, which a store may keep as binary floats or rounded to the column's scale.
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        let facts = try ApproachFacts(row)
        guard let approach = CloseApproach(facts) else { throw .unreadable("the record \(facts.record)") }
        self.init(
            approach: approach, firstSeen: try row.instant("first_seen"),
            lastSeen: max(
                try row.instant("seen_at"), try row.optionalInstant("day_seen") ?? .distantPast, try row.optionalInstant("object_seen") ?? .distantPast),
            createdAt: try row.instant("created_at"),
            batchDate: try row.day("batch_date"), source: try row.text("source"), run: try row.int64("run_id"))
    }
}

extension ApproachFacts {
    /// The facts of a row of `nasa_neo_data` or its history.
    init(_ row: SQLRow) throws(StoreError) {
        self.init(
            record: try row.text("source_record"), epochMilliseconds: try row.optionalInt64("epoch_ms"),
            missDistanceAU: try row.optionalText("miss_distance_au_digits"))
    }
}

/// The content hash inside a transaction.
enum ContentHash {
    /// SHA-256 over the canonical facts in the order of date, SPK-ID and body.
    static func compute(_ session: any SQLSession) throws -> String {
        var hash = SHA256()
        var bytes: [UInt8] = []
        let sql = "SELECT source_record, epoch_ms, miss_distance_au_digits FROM nasa_neo_data ORDER BY observation_date, id, orbiting_body"
        try session.query(sql, []) { row in
            try ApproachFacts(row).appendCanonical(to: &bytes)
            guard bytes.count > 1 << 16 else { return }
            hash.update(data: bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        hash.update(data: bytes)
        return Hexadecimal.text(hash.finalize())
    }
}
