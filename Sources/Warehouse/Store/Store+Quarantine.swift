import Foundation
import NearEarth

/// The records that were not published, and why.
extension Store {
    /// Brings the quarantine to what the log says: what a body breaks under these rules stands there once; it is open while the newest
    /// observation that speaks of it has that body, and resolved once a newer one speaks.
    func settleQuarantine(_ items: [JudgedStatement], by run: RunID, at moment: Date, _ session: any SQLSession) throws {
        guard let first = items.first else { return }
        let isEmpty = try session.first("SELECT quarantine_id FROM nasa_neo_quarantine LIMIT 1") == nil
        if isEmpty, items.allSatisfy(\.statement.rejected.isEmpty) { return }
        var entries: [SQLRow] = []
        let columns = "quarantine_id, status, batch, rule_name, path, feed_day, raw_sha256"
        try session.rows(
            "SELECT \(columns) FROM nasa_neo_quarantine WHERE batch IN (*marks*)", matching: Set(items.map(\.observation.batch)), { .text($0.name) }
        ) { entries.append($0) }
        let batches = Set(items.map(\.observation.batch.name))
        let days = Set(items.flatMap { $0.statement.days.map(\.date) })
        try session.rows("SELECT \(columns) FROM nasa_neo_quarantine WHERE feed_day IN (*marks*)", matching: days, SQLValue.date) {
            if !batches.contains(try $0.text("batch")) { entries.append($0) }
        }
        let newest = try NewestObservations(
            batches: batches.union(try entries.map { try $0.text("batch") }),
            days: Set(items.flatMap { $0.statement.rejected.compactMap(\.day) } + (try entries.compactMap { try $0.optionalDay("feed_day") })), session)
        var broken = Dictionary(
            items.map { (Body(batch: $0.observation.batch.name, sha256: $0.observation.stamp.sha256), $0) }, uniquingKeysWith: { $1 }
        ).mapValues { item in (item: item, records: item.statement.rejected) }
        for entry in entries {
            let body = Body(batch: try entry.text("batch"), sha256: try entry.text("raw_sha256"))
            var isBroken = true
            if let known = broken[body] {
                let (path, rule) = (try entry.text("path"), try entry.text("rule_name"))
                let index = known.records.firstIndex { String($0.path.prefix(300)) == path && $0.rule == rule }
                isBroken = index != nil
                if let index { broken[body]?.records.remove(at: index) }
            }
            try set(entry, isBroken && newest.isOf(body, try entry.optionalDay("feed_day")), by: run, rules: first.judgment.verdict.rules, session)
        }
        try session.insert(
            "nasa_neo_quarantine",
            [
                "status", "batch", "rule_name", "path", "record_path", "value", "reason", "spk_id", "feed_day", "raw_file", "raw_sha256", "record", "rules",
                "run_id", "resolved_run", "created_at",
            ],
            broken.sorted { $0.key.batch < $1.key.batch }.flatMap { body, known in
                known.records.map { record in
                    let isOpen = newest.isOf(body, record.day)
                    return [
                        .text(isOpen ? "open" : "resolved"), .text(body.batch), .text(record.rule), .text(String(record.path.prefix(300))),
                        .text(String(record.recordPath.prefix(300))), .text(String(record.value.prefix(400))), .text(String(record.reason.prefix(400))),
                        .optional(record.spkID), .date(record.day), .text(known.item.observation.file), .text(body.sha256), .text(record.record),
                        .int(known.item.judgment.verdict.rules), .integer(run), isOpen ? .null : .integer(run), .timestamp(moment),
                    ]
                }
            }, "")
    }

    private func set(_ entry: SQLRow, _ isOpen: Bool, by run: RunID, rules: Int, _ session: any SQLSession) throws {
        let status = isOpen ? "open" : "resolved"
        guard try entry.text("status") != status else { return }
        try session.execute(
            "UPDATE nasa_neo_quarantine SET status = ?, resolved_run = ?, rules = ? WHERE quarantine_id = ?",
            [.text(status), isOpen ? .null : .integer(run), .int(rules), .integer(try entry.int64("quarantine_id"))])
    }

    // MARK: Reading

    /// Quarantined records, newest first; the resolved ones only on request.
    public func quarantine(includingResolved: Bool, limit: Int) async throws(StoreError) -> [QuarantineEntry] {
        try await database.read { session in
            let condition = includingResolved ? "" : "WHERE status = 'open'"
            return try session.rows("SELECT * FROM nasa_neo_quarantine \(condition) ORDER BY quarantine_id DESC LIMIT \(limit)").map(QuarantineEntry.init)
        }
    }

    /// One quarantined record.
    public func quarantineEntry(_ id: Int64) async throws(StoreError) -> QuarantineEntry? {
        try await database.read { session in
            try session.first("SELECT * FROM nasa_neo_quarantine WHERE quarantine_id = ?", [.integer(id)]).map(QuarantineEntry.init)
        }
    }
}

/// A body that has broken rules: the same bytes of a batch break the same ones.
private struct Body: Hashable {
    var batch: String
    var sha256: String
}

/// Who spoke last: of a batch, and, once published, of a day.
private struct NewestObservations {
    private var ofBody: [Body: LoggedObservation] = [:]
    private var ofBatch: [String: LoggedObservation] = [:]
    private var ofDay: [CalendarDate: LoggedObservation] = [:]

    init(batches: Set<String>, days: Set<CalendarDate>, _ session: any SQLSession) throws {
        func note<Key>(_ observation: LoggedObservation, _ key: Key, _ newest: inout [Key: LoggedObservation]) {
            if newest[key].map({ $0 < observation }) ?? true { newest[key] = observation }
        }
        let columns = Observation.columns.split(separator: ", ").map { "o.\($0)" }.joined(separator: ", ")
        try session.rows(
            "SELECT \(columns) FROM perigee_observations o WHERE o.rules IS NOT NULL AND o.batch IN (*marks*)", matching: batches, SQLValue.text
        ) { row in
            let observation = try LoggedObservation(row)
            note(observation, Body(batch: try row.text("batch"), sha256: observation.stamp.sha256), &ofBody)
            note(observation, try row.text("batch"), &ofBatch)
        }
        let sql = """
            SELECT \(columns), x.observation_date FROM perigee_days x JOIN perigee_observations o ON o.observation_id = x.observation_id
            WHERE x.observation_date IN (*marks*)
            """
        try session.rows(sql, matching: days, SQLValue.date) { note(try LoggedObservation($0), try $0.day("observation_date"), &ofDay) }
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
        self.init(
            id: try row.int64("quarantine_id"), status: try row.text("status"), batch: try row.text("batch"), rule: try row.text("rule_name"),
            path: try row.text("path"), value: try row.text("value"), reason: try row.text("reason"), spkID: try row.optionalText("spk_id"),
            rawFile: try row.text("raw_file"), rawSHA256: try row.text("raw_sha256"), record: try row.text("record"), run: try row.int64("run_id"),
            resolvedRun: try row.optionalInt64("resolved_run"), createdAt: try row.instant("created_at"))
    }
}
