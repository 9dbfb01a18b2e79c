import NearEarth

/// What the ledger and the quarantine have on batches' bodies.
struct KnownBodies {
    var records: [Batch: BatchRecord]
    /// The days that each body lists.
    private(set) var days: [String: [StagedBatch.ListedDay]] = [:]
    /// How many records of each break which rule.
    private(set) var rejectedByRule: [String: [String: Int]] = [:]

    /// Of batches that have just been recorded.
    init(_ group: [StagedBatch], _ session: any SQLSession) throws {
        records = try SQLStore.records(of: group.map(\.batch), session)
        for staged in group {
            days[staged.batch.name] = staged.days
            rejectedByRule[staged.batch.name] = Dictionary(grouping: staged.quarantined, by: \.rule).mapValues { Set($0.map(\.recordPath)).count }
        }
    }

    /// Of batches that were recorded before.
    init(_ batches: [Batch], _ session: any SQLSession) throws {
        records = try SQLStore.records(of: batches, session)
        let these = SQLStore.isOneOf(batches)
        try session.query("SELECT batch, days FROM perigee_batches WHERE \(these.sql)", these.values) { row in
            days[row[0].string ?? ""] = SQLStore.days(fromList: row[1].string ?? "")
        }
        try session.query(
            """
            SELECT q.batch, q.rule_name, COUNT(DISTINCT q.record_path) FROM nasa_neo_quarantine q
            JOIN perigee_batches b ON b.batch = q.batch AND b.raw_sha256 = q.raw_sha256
            WHERE \(SQLStore.isOneOf(batches, "q.batch").sql) AND q.status = 'open' GROUP BY q.batch, q.rule_name
            """, these.values
        ) { row in rejectedByRule[row[0].string ?? "", default: [:]][row[1].string ?? ""] = row[2].int ?? 0 }
    }
}
