import Foundation
public import NearEarth

/// The log of observations before they are published.
extension Store {
    /// The columns that `values(of:)` fills.
    static let observationColumns = [
        "observation_id", "batch", "service_at", "received_at", "sha256", "raw_file", "revision", "raw_bytes", "service", "request_id", "simulated",
    ]

    static func values(of observation: Observation) -> [SQLValue] {
        [
            .integer(observation.id), .text(observation.batch.name), .timestamp(milliseconds: observation.stamp.service),
            .timestamp(milliseconds: observation.stamp.received), .text(observation.stamp.sha256), .text(observation.file), .int(observation.revision),
            .int(observation.bytes), .text(String(observation.service.prefix(300))), .text(String(observation.requestID.prefix(100))),
            .bool(observation.isSimulated),
        ]
    }

    /// Records that observations are landed.
    public func recordLanding(_ observations: [Observation], by run: RunID) async throws(StoreError) {
        try await record(observations.map { ($0, nil) }, .landed, by: run)
    }

    /// Records that observations' bodies are transformed, with the names of their processed files.
    public func recordTransform(_ items: [(observation: Observation, processedFile: String)], by run: RunID) async throws(StoreError) {
        try await record(items.map { ($0.observation, $0.processedFile) }, .transformed, by: run)
    }

    private func record(_ items: [(Observation, String?)], _ state: BatchState, by run: RunID) async throws(StoreError) {
        try await database.write { session in
            try Self.requireLeases(items.map(\.0.batch), run, session)
            try upsert(
                "perigee_observations", key: ["observation_id"], columns: Self.observationColumns + ["state", "run_id", "processed_file"],
                updating: ["state", "run_id"] + (state == .landed ? [] : ["processed_file"]),
                items.map { Self.values(of: $0) + [.text(state.rawValue), .integer(run), .optional($1)] }, session)
        }
    }

    /// Records what the audit said of observations that are not published yet.
    public func recordAudit(_ items: [JudgedStatement], by run: RunID) async throws(StoreError) {
        let moment = now()
        try await database.write { session in
            try Self.requireLeases(items.map(\.observation.batch), run, session)
            try recordVerdicts(items, by: run, session)
            try upsert(
                "perigee_observations", key: ["observation_id"],
                columns: Self.observationColumns + ["state", "run_id", "rules", "processed_file", "records", "rejected", "error"],
                updating: ["state", "run_id", "rules", "records", "rejected", "error"],
                items.map { item in
                    Self.values(of: item.observation) + [
                        .text((item.judgment.isAccepted ? BatchState.audited : .refused).rawValue), .integer(run), .int(item.judgment.verdict.rules),
                        .text(item.processedFile), .int(item.statement.records), .int(item.statement.rejectedRecords),
                        item.judgment.isAccepted ? .null : .text(item.judgment.verdict.findings.joined(separator: "; ")),
                    ]
                }, session)
            try settleQuarantine(items, by: run, at: moment, session)
        }
    }

    /// The batches with bodies that were judged under other rules than these, and how many bodies each has; nil: all that were judged.
    public func landedBodies(judgedUnderOtherRulesThan rules: Int?) async throws(StoreError) -> [(batch: Batch, count: Int)] {
        try await database.read { session in
            let sql = """
                SELECT batch, COUNT(*) AS count FROM perigee_observations WHERE rules IS NOT NULL AND rules <> ? AND raw_file <> ''
                GROUP BY batch ORDER BY batch
                """
            return try session.rows(sql, [.int(rules ?? -1)]).map { (try $0.batch(), try $0.int("count")) }
        }
    }
}
