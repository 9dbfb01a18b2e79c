import Foundation
public import NearEarth

/// The ledger's batches and the leases on them.
extension SQLStore {
    /// A run that has shown no sign of life for so long may be taken over; it does so every quarter of that time.
    public static let leaseSeconds = 60.0

    static let batchColumns = [
        "batch", "state", "run_id", "window_from", "window_to", "raw_file", "raw_sha256", "raw_bytes", "received_at", "processed_file",
        "element_count", "listed", "records", "rejected", "staged", "published_sha256", "published_at", "published_run", "inserted",
        "revised", "retired", "unchanged", "error",
    ]

    /// Takes a batch for a run.
    public func claim(_ batch: Batch, for run: RunID) async throws(StoreError) -> Claim {
        let moment = now()
        return try await database.write { session in
            if let (name, holder) = try Self.holder(of: batch, besides: run, at: moment, session) {
                return .held(batch: name, by: holder)
            }
            let changed = try session.execute(
                "UPDATE perigee_batches SET lease_run = ?, run_id = ?, updated_at = ? WHERE batch = ?",
                [.integer(run), .integer(run), .timestamp(moment), .text(batch.name)])
            if changed == 0 {
                try session.execute(
                    "INSERT INTO perigee_batches (batch, state, run_id, lease_run, window_from, window_to, updated_at) VALUES (?, 'planned', ?, ?, ?, ?, ?)",
                    [.text(batch.name), .integer(run), .integer(run), .date(batch.window?.from), .date(batch.window?.to), .timestamp(moment)])
            }
            return .granted
        }
    }

    /// The living run, if any, that has this batch or a window that overlaps it.
    private static func holder(of batch: Batch, besides run: RunID, at moment: Date, _ session: any SQLSession) throws -> (String, RunRecord)? {
        var leases: [(String, RunID)] = []
        // A window that only shares days counts too: both would reconcile the same rows.
        try session.query(
            """
            SELECT batch, lease_run FROM perigee_batches WHERE lease_run IS NOT NULL AND lease_run <> ?
            AND (batch = ? OR (window_from <= ? AND window_to >= ?))
            """,
            [.integer(run), .text(batch.name), .date(batch.window?.to), .date(batch.window?.from)]
        ) { row in
            if let name = row[0].string, let holder = row[1].int64 { leases.append((name, holder)) }
        }
        for (name, id) in leases {
            guard let row = try session.first("SELECT \(runColumns.joined(separator: ", ")) FROM perigee_runs WHERE run_id = ?", [.integer(id)])
            else { continue }
            let record = try runRecord(row)
            let process = ProcessIdentity(host: record.host, pid: record.pid, started: row[9].int64 ?? 0)
            if record.status == .running, moment.timeIntervalSince(record.heartbeatAt) < leaseSeconds, !process.isProvablyGone {
                return (name, record)
            }
        }
        return nil
    }

    /// Gives a batch up.
    public func release(_ batch: Batch, by run: RunID, error: String?) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        try await database.write { session in
            _ = try session.execute(
                "UPDATE perigee_batches SET lease_run = NULL, error = ?, updated_at = ? WHERE batch = ? AND lease_run = ?",
                [.optional(error), moment, .text(batch.name), .integer(run)])
        }
    }

    /// Makes sure that a batch is still this run's, inside the transaction that depends on it.
    static func requireLease(_ batch: Batch, _ run: RunID, _ session: any SQLSession) throws {
        let holder = try session.first("SELECT lease_run FROM perigee_batches WHERE batch = ?", [.text(batch.name)])
        guard holder?.first?.int64 == run else { throw StoreError.leaseLost(batch: batch.name) }
    }

    /// What the ledger has on a batch.
    public func batch(_ batch: Batch) async throws(StoreError) -> BatchRecord? {
        try await database.read { session in
            try Self.batchRecord(batch, session)
        }
    }

    static func batchRecord(_ batch: Batch, _ session: any SQLSession) throws -> BatchRecord? {
        try session.first("SELECT \(batchColumns.joined(separator: ", ")) FROM perigee_batches WHERE batch = ?", [.text(batch.name)])
            .map(batchRecord)
    }

    /// Batches, newest work first.
    public func batches(run: RunID?, limit: Int) async throws(StoreError) -> [BatchRecord] {
        try await database.read { session in
            var found: [BatchRecord] = []
            try session.query(
                "SELECT \(Self.batchColumns.joined(separator: ", ")) FROM perigee_batches \(run == nil ? "" : "WHERE run_id = ?") "
                    + "ORDER BY updated_at DESC, batch DESC LIMIT \(limit)", run.map { [.integer($0)] } ?? []
            ) { found.append(try Self.batchRecord($0)) }
            return found
        }
    }

    private static func batchRecord(_ row: [SQLValue]) throws(StoreError) -> BatchRecord {
        guard let name = row[0].string, let state = row[1].string.flatMap(BatchState.init), let run = row[2].int64 else {
            throw .unreadable("a batch \(row[0].string ?? "") of another form")
        }
        return BatchRecord(
            batch: name, state: state, run: run, from: row[3].calendarDate, to: row[4].calendarDate, rawFile: row[5].string,
            rawSHA256: row[6].string, rawBytes: row[7].int, receivedAt: row[8].instant, processedFile: row[9].string,
            elementCount: row[10].int, listed: row[11].int, records: row[12].int, rejected: row[13].int, staged: row[14].int,
            publishedSHA256: row[15].string, publishedAt: row[16].instant, publishedRun: row[17].int64, inserted: row[18].int,
            revised: row[19].int, retired: row[20].int, unchanged: row[21].int, error: row[22].string)
    }
}
