import Foundation
public import NearEarth

/// What the batch rules ask, and what they found.
extension SQLStore {
    /// What the batch rules ask about.
    public func auditFacts(_ batch: Batch) async throws(StoreError) -> AuditFacts {
        try await database.read { session in
            guard let record = try Self.batchRecord(batch, session), record.state != .planned, record.state != .landed, record.staged != nil else {
                throw StoreError.notReady(batch: batch.name, needs: "transform")
            }
            let name = SQLValue.text(batch.name)
            let days = try session.first("SELECT days FROM perigee_batches WHERE batch = ?", [name])?.first?.string ?? ""
            var facts = AuditFacts(
                record: record, days: Self.days(fromList: days),
                stagedRows: try session.count("SELECT COUNT(*) FROM perigee_staging WHERE batch = ?", [name]),
                distinctKeys: try session.count(
                    "SELECT COUNT(*) FROM (SELECT DISTINCT \(Schema.key.joined(separator: ", ")) FROM perigee_staging WHERE batch = ?) k", [name]),
                duplicates: [], outsideWindow: 0, publishedRows: 0, usualPerDay: nil, usualDays: 0, rejectedByRule: [:])
            if facts.distinctKeys < facts.stagedRows {
                try session.query(
                    """
                    SELECT id, orbiting_body, observation_date, COUNT(*) FROM perigee_staging WHERE batch = ?
                    GROUP BY id, orbiting_body, observation_date HAVING COUNT(*) > 1 ORDER BY 1, 2, 3 LIMIT 10
                    """, [name]
                ) { row in
                    facts.duplicates.append("\(row[0].string ?? "") \(row[1].string ?? "") \(row[2].string ?? "") (\(row[3].int ?? 0) times)")
                }
            }
            try session.query(
                """
                SELECT rule_name, COUNT(DISTINCT record_path) FROM nasa_neo_quarantine WHERE batch = ? AND raw_sha256 = ? AND status = 'open'
                GROUP BY rule_name
                """, [name, .optional(record.rawSHA256)]
            ) { row in facts.rejectedByRule[row[0].string ?? ""] = row[1].int ?? 0 }
            guard let window = batch.window else { return facts }
            facts.outsideWindow = try session.count(
                "SELECT COUNT(*) FROM perigee_staging WHERE batch = ? AND (observation_date < ? OR observation_date > ?)",
                [name, .date(window.from), .date(window.to)])
            facts.publishedRows = try session.count(
                "SELECT COUNT(*) FROM nasa_neo_data WHERE observation_date >= ? AND observation_date <= ? AND source = 'feed'",
                [.date(window.from), .date(window.to)])
            // A year either side: the volume follows the surveys' progress over decades, not within a year.
            if let usual = try session.first(
                "SELECT COUNT(*), SUM(listed) FROM perigee_days WHERE observation_date >= ? AND observation_date <= ? "
                    + "AND NOT (observation_date >= ? AND observation_date <= ?)",
                [.date(window.from.adding(days: -365)), .date(window.to.adding(days: 365)), .date(window.from), .date(window.to)])
            {
                facts.usualDays = usual[0].int ?? 0
                if facts.usualDays > 0, let sum = usual[1].double { facts.usualPerDay = sum / Double(facts.usualDays) }
            }
            return facts
        }
    }

    /// Records what the rules found.
    public func recordAudit(_ results: [QualityResult], of batch: Batch, by run: RunID) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        let refusals = results.filter { !$0.passed && $0.severity == .batch }
        let error = refusals.isEmpty ? nil : refusals.map { "\($0.rule): \($0.detail)" }.joined(separator: "; ")
        try await database.write { session in
            try Self.requireLease(batch, run, session)
            try session.execute(
                upsert(
                    "perigee_quality", key: ["run_id", "batch", "rule_name"],
                    columns: ["severity", "passed", "checked", "failed", "detail", "recorded_at"]),
                each: results.lazy.map { result in
                    [
                        .integer(run), .text(batch.name), .text(result.rule), .text(result.severity.rawValue), .bool(result.passed),
                        .int(result.checked), .int(result.failed), .text(String(result.detail.prefix(1000))), moment,
                    ]
                })
            try session.execute(
                "UPDATE perigee_batches SET state = ?, run_id = ?, error = ?, updated_at = ? WHERE batch = ?",
                [.text(refusals.isEmpty ? "audited" : "refused"), .integer(run), .optional(error), moment, .text(batch.name)])
        }
    }

    /// What the rules found in a run.
    public func quality(run: RunID) async throws(StoreError) -> [QualityRecord] {
        try await database.read { session in
            var found: [QualityRecord] = []
            try session.query(
                "SELECT run_id, batch, rule_name, severity, passed, checked, failed, detail FROM perigee_quality WHERE run_id = ? ORDER BY batch, rule_name",
                [.integer(run)]
            ) { row in
                found.append(
                    QualityRecord(
                        run: row[0].int64 ?? 0, batch: row[1].string ?? "",
                        result: QualityResult(
                            rule: row[2].string ?? "", severity: row[3].string.flatMap(Severity.init) ?? .batch, passed: row[4].boolean ?? false,
                            checked: row[5].int ?? 0, failed: row[6].int ?? 0, detail: row[7].string ?? "")))
            }
            return found
        }
    }
}
