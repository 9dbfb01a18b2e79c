import Foundation
public import NearEarth

/// The log of observations before they are published.
extension Store {
    /// Records that observations are landed, or transformed, with the names of their processed files.
    public func record(
        _ state: BatchState, of items: [(observation: Observation, processedFile: String?)], by run: RunID
    ) async throws(StoreError) {
        try await database.write { session in
            try Self.requireLeases(items.map(\.observation.batch), run, session)
            try session.upsert(
                "perigee_observations",
                items.map {
                    $0.observation.fields + ["state": state, "run_id": run, "processed_file": $0.processedFile]
                })
        }
    }

    /// Records what the audit said of observations that are not published yet.
    public func recordAudit(_ items: [JudgedStatement], by run: RunID) async throws(StoreError) {
        let moment = now()
        try await database.write { session in
            try Self.requireLeases(items.map(\.observation.batch), run, session)
            try recordVerdicts(items, by: run, session)
            try session.upsert(
                "perigee_observations", items.map { $0.fields($0.judgment.isAccepted ? .audited : .refused, by: run) })
            try updateQuarantine(items, by: run, at: moment, session)
        }
    }

    /// The batches with bodies that were judged under other rules than these, and how many bodies each has; nil: all
    /// that were judged.
    public func landedBodies(judgedUnderOtherRulesThan rules: Int?) async throws(StoreError) -> [(
        batch: Batch, count: Int
    )] {
        try await database.read { session in
            let sql = """
                SELECT batch, COUNT(*) AS count FROM perigee_observations WHERE rules IS NOT NULL AND rules <> ? AND raw_file <> ''
                GROUP BY batch ORDER BY batch
                """
            return try session.rows(sql, rules ?? -1).map { (try $0["batch"], try $0["count"]) }
        }
    }
}

extension JudgedStatement {
    /// What the log has of it once it is judged.
    func fields(_ state: BatchState, by run: RunID) -> SQLFields {
        observation.fields + [
            "state": state, "run_id": run, "rules": judgment.verdict.rules, "processed_file": processedFile,
            "records": statement.records, "rejected": statement.rejectedRecords, "error": refusal,
        ]
    }

    /// Why it may not be published; nil where it may.
    var refusal: String? { judgment.isAccepted ? nil : judgment.verdict.findings.joined(separator: "; ") }
}
