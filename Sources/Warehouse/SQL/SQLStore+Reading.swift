import Foundation
import NearEarth

/// Looking at what was published.
extension SQLStore {
    /// SHA-256 over the records in the order of date, SPK-ID and body, each followed by a line feed.
    public func contentHash() async throws(StoreError) -> String {
        try await database.read { try ContentHash.compute($0) }
    }

    /// Figures on what is held.
    public func summary() async throws(StoreError) -> StoreSummary {
        try await database.read { session in
            let data =
                try session.first(
                    """
                    SELECT COUNT(*), COUNT(DISTINCT id), SUM(CASE WHEN is_potentially_hazardous_asteroid THEN 1 ELSE 0 END),
                    COUNT(DISTINCT observation_date), MIN(observation_date), MAX(observation_date) FROM nasa_neo_data
                    """) ?? Array(repeating: .null, count: 6)
            return StoreSummary(
                approaches: data[0].int ?? 0, objects: data[1].int ?? 0, hazardous: data[2].int ?? 0, days: data[3].int ?? 0,
                firstDay: data[4].calendarDate, lastDay: data[5].calendarDate,
                revisions: try session.count("SELECT COUNT(*) FROM nasa_neo_history WHERE change_kind = 'revised'"),
                retired: try session.count("SELECT COUNT(*) FROM nasa_neo_history WHERE change_kind = 'retired'"),
                openQuarantine: try session.count("SELECT COUNT(*) FROM nasa_neo_quarantine WHERE status = 'open'"),
                checkpoint: try session.first("SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?.first?.calendarDate,
                origin: try session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?.first?.string,
                orbits: try session.count("SELECT COUNT(*) FROM nasa_neo_orbits"))
        }
    }

    private static let quarantineColumns =
        "quarantine_id, status, batch, rule_name, path, value, reason, spk_id, raw_file, raw_sha256, record, run_id, resolved_run, created_at"

    /// Quarantined records, newest first.
    public func quarantine(includingResolved: Bool, limit: Int) async throws(StoreError) -> [QuarantineEntry] {
        try await database.read { session in
            var found: [QuarantineEntry] = []
            try session.query(
                "SELECT \(Self.quarantineColumns) FROM nasa_neo_quarantine \(includingResolved ? "" : "WHERE status = 'open'") "
                    + "ORDER BY quarantine_id DESC LIMIT \(limit)", []
            ) { found.append(Self.quarantineEntry($0)) }
            return found
        }
    }

    /// One quarantined record.
    public func quarantineEntry(_ id: Int64) async throws(StoreError) -> QuarantineEntry? {
        try await database.read { session in
            try session.first("SELECT \(Self.quarantineColumns) FROM nasa_neo_quarantine WHERE quarantine_id = ?", [.integer(id)])
                .map(Self.quarantineEntry)
        }
    }

    private static func quarantineEntry(_ row: [SQLValue]) -> QuarantineEntry {
        QuarantineEntry(
            id: row[0].int64 ?? 0, status: row[1].string ?? "", batch: row[2].string ?? "", rule: row[3].string ?? "",
            path: row[4].string ?? "", value: row[5].string ?? "", reason: row[6].string ?? "", spkID: row[7].string,
            rawFile: row[8].string ?? "", rawSHA256: row[9].string ?? "", record: row[10].string ?? "", run: row[11].int64 ?? 0,
            resolvedRun: row[12].int64, createdAt: row[13].instant ?? Date(timeIntervalSince1970: 0))
    }

    /// Published approaches.
    public func approaches(_ query: ApproachQuery) async throws(StoreError) -> [PublishedApproach] {
        let (condition, values) = Self.condition(query)
        let order =
            switch query.order {
            case .date: "observation_date, close_approach_date_full, id"
            case .distance: "miss_distance_km, id"
            case .velocity: "velocity_kps DESC, id"
            // NULLs sort first in one database and last in another.
            case .size: "CASE WHEN estimated_diameter_km_max IS NULL THEN 1 ELSE 0 END, estimated_diameter_km_max DESC, id"
            case .magnitude: "CASE WHEN absolute_magnitude_h IS NULL THEN 1 ELSE 0 END, absolute_magnitude_h, id"
            case .name: "name, observation_date"
            }
        let columns = (Schema.facts + Schema.bookkeeping + ["last_seen"]).joined(separator: ", ")
        return try await database.read { session in
            var found: [PublishedApproach] = []
            try session.query(
                "SELECT \(columns) FROM nasa_neo_seen\(condition) ORDER BY \(order)\(query.limit.map { " LIMIT \($0)" } ?? "")", values
            ) { found.append(try Self.published($0)) }
            return found
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

    /// A row of facts, bookkeeping and `last_seen`. The digits are those of the record, not of the columns, which a store may
    /// keep as binary floats or rounded to the column's scale.
    private static func published(_ row: [SQLValue]) throws(StoreError) -> PublishedApproach {
        guard let record = row[16].string, case let fields = CSVRecord.fields(record), fields.count == 13, let date = row[11].calendarDate else {
            throw .unreadable("an approach of \(row[0].string ?? "?") whose record is damaged")
        }
        func field(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
        return PublishedApproach(
            approach: CloseApproach(
                id: fields[0], neoReferenceID: fields[1], name: fields[2], absoluteMagnitude: field(3),
                isPotentiallyHazardous: fields[4] == "True", diameterMaxKilometers: field(5), diameterMinKilometers: field(6),
                approachDateFull: field(7), velocityKilometersPerSecond: fields[8], missDistanceKilometers: fields[9],
                missDistanceAU: row[14].plainDecimal, orbitingBody: fields[10], observationDate: date, epochMilliseconds: row[13].int64,
                isSentryObject: field(12).map { $0 == "True" }, record: record),
            firstSeen: row[19].instant ?? Date(timeIntervalSince1970: 0), lastSeen: row[21].instant ?? Date(timeIntervalSince1970: 0),
            createdAt: row[17].instant ?? Date(timeIntervalSince1970: 0), batchDate: row[18].calendarDate ?? date,
            source: row[15].string ?? "", run: row[20].int64 ?? 0)
    }
}
