import Foundation
public import NearEarth
import Support

/// The ledger's batches and the leases on them.
extension Store {
    /// A run that has shown no sign of life for so long may be taken over; it does so every quarter of that time.
    public static let leaseSeconds = 60.0

    /// Takes batches for a run, so that no other run works on them or on windows that overlap them. Claims in the
    /// batches' order.
    public func claim(_ batches: [Batch], for run: RunID) async throws(StoreError) -> [Claim] {
        let moment = now()
        return try await database.write { session in
            let leases = try Self.leases(besides: run, at: moment, session)
            let granted = batches.filter { batch in !leases.contains { $0.batch.overlaps(batch) } }
            try session.upsert(
                "perigee_batches",
                granted.map { batch in
                    [
                        "batch": batch, "window_from": batch.window?.from, "window_to": batch.window?.to, "run_id": run,
                        "lease_run": run, "updated_at": moment,
                    ]
                })
            let known = try Self.known(granted, session)
            return batches.map { batch in
                if let lease = leases.first(where: { $0.batch.overlaps(batch) }) {
                    return .held(batch: lease.batch.name, by: lease.holder)
                }
                return .granted(known[batch] ?? KnownBatch())
            }
        }
    }

    /// What living runs have. A window that only shares days with another counts too: both would ask for the same days.
    private static func leases(besides run: RunID, at moment: Date, _ session: any SQLSession) throws -> [(
        batch: Batch, holder: RunRecord
    )] {
        var held: [RunID: [Batch]] = [:]
        let sql = "SELECT batch, lease_run FROM perigee_batches WHERE lease_run IS NOT NULL AND lease_run <> ?"
        for row in try session.rows(sql, run) { held[try row["lease_run"], default: []].append(try row["batch"]) }
        return try held.flatMap { id, batches -> [(Batch, RunRecord)] in
            guard let row = try session.first("SELECT * FROM perigee_runs WHERE run_id = ?", id) else { return [] }
            let record = try RunRecord(row)
            let process = ProcessIdentity(host: record.host, pid: record.pid, started: try row["process_started"])
            let lives =
                record.status == .running && moment.timeIntervalSince(record.heartbeatAt) < leaseSeconds
                && !process.isProvablyGone
            return lives ? batches.map { ($0, record) } : []
        }
    }

    /// Gives a batch up; `error` says why it stopped, nil when it did not.
    public func release(_ batch: Batch, by run: RunID, error: String?) async throws(StoreError) {
        let moment = now()
        try await database.write { session in
            _ = try session.execute(
                "UPDATE perigee_batches SET lease_run = NULL, error = ?, updated_at = ? WHERE batch = ? AND run_id = ?",
                error, moment, batch, run)
        }
    }

    /// Who has these batches.
    static func leases(of batches: [Batch], _ session: any SQLSession) throws -> [Batch: RunID] {
        var holders: [Batch: RunID] = [:]
        let sql = "SELECT batch, lease_run FROM perigee_batches WHERE batch IN (*marks*)"
        for row in try session.rows(sql, matching: batches) { holders[try row["batch"]] = try row["lease_run"] }
        return holders
    }

    /// Makes sure that batches are still this run's, inside the transaction that depends on it.
    static func requireLeases(_ batches: [Batch], _ run: RunID, _ session: any SQLSession) throws {
        let holders = try leases(of: batches, session)
        for batch in batches where holders[batch] != run { throw StoreError.leaseLost(batch: batch.name) }
    }

    /// What the log has of these batches.
    public func known(_ batches: [Batch]) async throws(StoreError) -> [Batch: KnownBatch] {
        try await database.read { try Self.known(batches, $0) }
    }

    /// A migrated store's earlier answers are in the log without a body: they stand for no batch.
    private static func known(_ batches: [Batch], _ session: any SQLSession) throws -> [Batch: KnownBatch] {
        var known: [Batch: KnownBatch] = [:]
        let sql = "SELECT * FROM perigee_observations WHERE raw_file <> '' AND batch IN (*marks*)"
        for row in try session.rows(sql, matching: batches) {
            let observation = try Observation(row)
            let entry = try KnownObservation(
                observation: observation, state: row["state"], rules: row["rules"], processedFile: row["processed_file"]
            )
            known[observation.batch, default: KnownBatch()].observations.append(entry)
        }
        let windows = known.keys.compactMap(\.window)
        guard let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return known }
        let rows = try session.rows(
            "SELECT DISTINCT observation_date FROM perigee_days WHERE observation_date >= ? AND observation_date <= ?",
            first, last)
        let days = Set(try rows.map { try $0["observation_date"] as CalendarDate })
        for batch in known.keys {
            known[batch]?.missingDays = batch.window?.missingDays(listed: days) ?? []
        }
        return known
    }

    /// What a published answer to a window lists: how many approaches, and which days.
    public func listing(of observation: Observation) async throws(StoreError) -> (
        approaches: Int, days: [CalendarDate]
    ) {
        guard let window = observation.batch.window else { return (0, []) }
        return try await database.read { session in
            let row = try session.first(
                "SELECT listed FROM perigee_observations WHERE observation_id = ?", observation.id)
            let days = try session.rows(
                "SELECT observation_date FROM perigee_days WHERE observation_date BETWEEN ? AND ? AND observation_id = ?",
                window.from, window.to, observation.id)
            return (try row?["listed"] ?? 0, try days.map { try $0["observation_date"] })
        }
    }

    /// Batches, those that stopped first, then the newest work; of one run where one is named. Each with its newest
    /// observation.
    public func batches(run: RunID?, limit: Int) async throws(StoreError) -> [BatchRecord] {
        try await database.read { session in
            let sql = """
                SELECT b.*, o.*, COALESCE(b.error, o.error) AS reason
                FROM (SELECT batch, run_id AS batch_run, window_from, window_to, error, updated_at FROM perigee_batches
                \(run == nil ? "" : "WHERE run_id = ?") ORDER BY CASE WHEN error IS NULL THEN 1 ELSE 0 END, updated_at DESC, batch DESC LIMIT \(limit)) b
                LEFT JOIN perigee_observations o ON o.observation_id = (SELECT n.observation_id FROM perigee_observations n WHERE n.batch = b.batch
                AND n.raw_file <> '' ORDER BY n.service_at DESC, n.received_at DESC, n.sha256 DESC LIMIT 1)
                ORDER BY CASE WHEN b.error IS NULL THEN 1 ELSE 0 END, b.updated_at DESC, b.batch DESC
                """
            return try (run.map { try session.rows(sql, $0) } ?? session.rows(sql)).map(BatchRecord.init)
        }
    }
}

extension BatchRecord {
    /// The record of a batch and its newest observation, if any.
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        let publishedRun: RunID? = try row["published_run"]
        try self.init(
            batch: row["batch"], state: row["state"] ?? .planned, run: row["batch_run"], from: row["window_from"],
            to: row["window_to"], rawFile: row["raw_file"], rawSHA256: row["sha256"], rawBytes: row["raw_bytes"],
            receivedAt: row["received_at"], processedFile: row["processed_file"], elementCount: row["element_count"],
            listed: row["listed"], records: row["records"], rejected: row["rejected"], staged: row["staged"],
            publishedSHA256: publishedRun == nil ? nil : row["sha256"], publishedAt: row["published_at"],
            publishedRun: publishedRun, inserted: row["inserted"], revised: row["revised"], retired: row["retired"],
            unchanged: row["unchanged"], error: row["reason"])
    }
}
