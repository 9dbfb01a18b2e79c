import Foundation
import NearEarth

/// The records that were not published, and why.
extension Store {
    /// Brings the quarantine to what the log says: what a body breaks under these rules stands there once; it is open
    /// while the newest observation that speaks of it has that body, and resolved once a newer one speaks.
    func updateQuarantine(_ items: [JudgedStatement], by run: RunID, at moment: Date, _ session: any SQLSession) throws
    {
        guard let first = items.first else { return }
        let isEmpty = try session.first("SELECT quarantine_id FROM nasa_neo_quarantine LIMIT 1") == nil
        if isEmpty, items.allSatisfy(\.statement.rejected.isEmpty) { return }
        let batches = Set(items.map(\.observation.batch))
        let days = Set(items.flatMap { $0.statement.days.map(\.date) })
        var entries = try session.rows("SELECT * FROM nasa_neo_quarantine WHERE batch IN (*marks*)", matching: batches)
        entries += try session.rows("SELECT * FROM nasa_neo_quarantine WHERE feed_day IN (*marks*)", matching: days)
            .filter { !batches.contains(try $0["batch"]) }
        let newest = try NewestObservations(
            batches: batches.union(try entries.map { try $0["batch"] }),
            days: Set(
                items.flatMap { $0.statement.rejected.compactMap(\.day) }
                    + (try entries.compactMap { try $0["feed_day"] })), session)
        var broken = Dictionary(
            items.map { (Body(batch: $0.observation.batch, sha256: $0.observation.stamp.sha256), $0) },
            uniquingKeysWith: { $1 }
        ).mapValues { item in (item: item, records: item.statement.rejected) }
        for entry in entries {
            let body = Body(batch: try entry["batch"], sha256: try entry["raw_sha256"])
            var isBroken = true
            if let known = broken[body] {
                let (path, rule): (String, String) = (try entry["path"], try entry["rule_name"])
                let index = known.records.firstIndex { String($0.path.prefix(300)) == path && $0.rule == rule }
                isBroken = index != nil
                if let index { broken[body]?.records.remove(at: index) }
            }
            let status = try isBroken && newest.isOf(body, entry["feed_day"]) ? "open" : "resolved"
            guard try entry["status"] != status else { continue }
            try session.execute(
                "UPDATE nasa_neo_quarantine SET status = ?, resolved_run = ?, rules = ? WHERE quarantine_id = ?",
                status, status == "open" ? nil : run, first.judgment.verdict.rules, try entry["quarantine_id"] as Int64)
        }
        try session.append(
            to: "nasa_neo_quarantine",
            broken.sorted { $0.key.batch.name < $1.key.batch.name }.flatMap { body, known in
                known.records.map { record -> SQLFields in
                    let isOpen = newest.isOf(body, record.day)
                    return [
                        "status": isOpen ? "open" : "resolved", "batch": body.batch, "rule_name": record.rule,
                        "path": String(record.path.prefix(300)), "record_path": String(record.recordPath.prefix(300)),
                        "value": String(record.value.prefix(400)), "reason": String(record.reason.prefix(400)),
                        "spk_id": record.spkID, "feed_day": record.day, "raw_file": known.item.observation.file,
                        "raw_sha256": body.sha256, "record": record.record, "rules": known.item.judgment.verdict.rules,
                        "run_id": run, "resolved_run": isOpen ? nil : run, "created_at": moment,
                    ]
                }
            })
    }

    // MARK: Reading

    /// Quarantined records, newest first, and before an entry, where one is given.
    public func quarantine(_ filter: QuarantineFilter = QuarantineFilter(), before entry: Int64? = nil, limit: Int)
        async throws(StoreError) -> [QuarantineEntry]
    {
        try await database.read { session in
            var (conditions, values) = filter.conditions
            if let entry { (conditions, values) = (conditions + ["quarantine_id < ?"], values + [entry.sql]) }
            let sql = """
                SELECT * FROM nasa_neo_quarantine WHERE \(conditions.joined(separator: " AND "))
                ORDER BY quarantine_id DESC LIMIT \(limit)
                """
            var found: [QuarantineEntry] = []
            try session.query(sql, values) { found.append(try QuarantineEntry($0)) }
            return found
        }
    }

    /// How many there are.
    public func quarantineCount(_ filter: QuarantineFilter) async throws(StoreError) -> Int {
        try await database.read { session in
            let (conditions, values) = filter.conditions
            var count = 0
            let sql =
                "SELECT COUNT(*) AS entries FROM nasa_neo_quarantine WHERE \(conditions.joined(separator: " AND "))"
            try session.query(sql, values) { count = try $0["entries"] }
            return count
        }
    }

    /// One quarantined record.
    public func quarantineEntry(_ id: Int64) async throws(StoreError) -> QuarantineEntry? {
        try await database.read { session in
            try session.first("SELECT * FROM nasa_neo_quarantine WHERE quarantine_id = ?", id).map(QuarantineEntry.init)
        }
    }
}

/// Which quarantined records are asked for.
public struct QuarantineFilter: Sendable {
    /// Also those that are resolved.
    public var includesResolved: Bool
    /// Those that broke a rule; nil for any.
    public var rule: String?
    /// Those that a run found, or found once more: the same bytes of a batch make no second entry. Nil for any.
    public var run: RunID?
    /// Those of a batch's bodies, by its name; nil for any.
    public var batch: String?

    /// A filter from its parts.
    public init(includesResolved: Bool = false, rule: String? = nil, run: RunID? = nil, batch: String? = nil) {
        (self.includesResolved, self.rule, self.run, self.batch) = (includesResolved, rule, run, batch)
    }

    fileprivate var conditions: ([String], [SQLValue]) {
        var (conditions, values): ([String], [SQLValue]) = ([includesResolved ? "1 = 1" : "status = 'open'"], [])
        if let rule { (conditions, values) = (conditions + ["rule_name = ?"], values + [rule.sql]) }
        if let batch { (conditions, values) = (conditions + ["batch = ?"], values + [batch.sql]) }
        if let run {
            let isOfRun = """
                (run_id = ? OR EXISTS (SELECT 1 FROM perigee_observations o WHERE o.batch = nasa_neo_quarantine.batch
                AND o.sha256 = nasa_neo_quarantine.raw_sha256 AND o.run_id = ?))
                """
            (conditions, values) = (conditions + [isOfRun], values + [run.sql, run.sql])
        }
        return (conditions, values)
    }
}

/// A body that has broken rules: the same bytes of a batch break the same ones.
private struct Body: Hashable {
    var batch: Batch
    var sha256: String
}

/// Who spoke last: of a batch, and, once published, of a day.
private struct NewestObservations {
    private var ofBody: [Body: LoggedObservation] = [:]
    private var ofBatch: [Batch: LoggedObservation] = [:]
    private let ofDay: [CalendarDate: LoggedObservation]

    init(batches: Set<Batch>, days: Set<CalendarDate>, _ session: any SQLSession) throws {
        ofDay = try session.published(on: days).compactMapValues(\.last)
        let sql = "SELECT * FROM perigee_observations WHERE rules IS NOT NULL AND batch IN (*marks*)"
        let judged = try session.rows(sql, matching: batches).map {
            (try $0["batch"] as Batch, try LoggedObservation($0))
        }
        for (batch, observation) in judged.sorted(by: { $0.1 < $1.1 }) {
            ofBody[Body(batch: batch, sha256: observation.stamp.sha256)] = observation
            ofBatch[batch] = observation
        }
    }

    /// Whether a body is what was said last: of a feed's day, or of the batch.
    func isOf(_ body: Body, _ day: CalendarDate?) -> Bool {
        guard let newest = ofBody[body] else { return false }
        if let day { return ofDay[day].map { !(newest < $0) } ?? true }
        return ofBatch[body.batch]?.id == newest.id
    }
}

extension QuarantineEntry {
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        try self.init(
            id: row["quarantine_id"], status: row["status"], batch: row["batch"], rule: row["rule_name"],
            path: row["path"], value: row["value"], reason: row["reason"], spkID: row["spk_id"],
            rawFile: row["raw_file"], rawSHA256: row["raw_sha256"], record: row["record"], run: row["run_id"],
            resolvedRun: row["resolved_run"], createdAt: row["created_at"])
    }
}
