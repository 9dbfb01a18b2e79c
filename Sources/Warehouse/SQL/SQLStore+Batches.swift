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

    /// Takes batches for a run.
    public func claim(_ batches: [Batch], for run: RunID) async throws(StoreError) -> [Claim] {
        let moment = now()
        return try await database.write { session in
            let leases = try Self.leases(besides: run, at: moment, session)
            let granted = batches.filter { batch in !leases.contains { $0.batch.overlaps(batch) } }
            try upsert(
                "perigee_batches", key: ["batch"], columns: ["batch", "state", "window_from", "window_to", "run_id", "lease_run", "updated_at"],
                updating: ["run_id", "lease_run", "updated_at"],
                granted.lazy.map { batch in
                    [
                        .text(batch.name), .text("planned"), .date(batch.window?.from), .date(batch.window?.to), .integer(run), .integer(run),
                        .timestamp(moment),
                    ]
                }, session)
            let records = try Self.records(of: granted, session)
            return try batches.map { batch in
                if let lease = leases.first(where: { $0.batch.overlaps(batch) }) { return .held(batch: lease.batch.name, by: lease.holder) }
                guard let record = records[batch] else { throw StoreError.leaseLost(batch: batch.name) }
                return .granted(record)
            }
        }
    }

    /// What living runs have. A window that only shares days with another counts too: both would reconcile the same rows.
    private static func leases(besides run: RunID, at moment: Date, _ session: any SQLSession) throws -> [(batch: Batch, holder: RunRecord)] {
        var held: [RunID: [Batch]] = [:]
        try session.query("SELECT batch, lease_run FROM perigee_batches WHERE lease_run IS NOT NULL AND lease_run <> ?", [.integer(run)]) { row in
            if let batch = row[0].string.flatMap(Batch.init), let holder = row[1].int64 { held[holder, default: []].append(batch) }
        }
        return try held.flatMap { id, batches -> [(Batch, RunRecord)] in
            guard let row = try session.first("SELECT \(runColumns.joined(separator: ", ")) FROM perigee_runs WHERE run_id = ?", [.integer(id)])
            else { return [] }
            let record = try runRecord(row)
            let process = ProcessIdentity(host: record.host, pid: record.pid, started: row[9].int64 ?? 0)
            let lives = record.status == .running && moment.timeIntervalSince(record.heartbeatAt) < leaseSeconds && !process.isProvablyGone
            return lives ? batches.map { ($0, record) } : []
        }
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

    /// Makes sure that batches are still this run's, inside the transaction that depends on it. Returns those that are new to the store: no table
    /// has anything of theirs.
    @discardableResult
    static func requireLeases(_ batches: [Batch], _ run: RunID, _ session: any SQLSession) throws -> Set<Batch> {
        var holders: [String: RunID] = [:]
        var new: Set<Batch> = []
        let these = isOneOf(batches)
        try session.query("SELECT batch, lease_run, state FROM perigee_batches WHERE \(these.sql)", these.values) { row in
            guard let name = row[0].string, let run = row[1].int64 else { return }
            holders[name] = run
            if row[2].string == BatchState.planned.rawValue, let batch = Batch(name: name) { new.insert(batch) }
        }
        for batch in batches where holders[batch.name] != run { throw StoreError.leaseLost(batch: batch.name) }
        return new
    }

    /// What the ledger has on these batches.
    public func records(of batches: [Batch]) async throws(StoreError) -> [Batch: BatchRecord] {
        try await database.read { try Self.records(of: batches, $0) }
    }

    static func records(of batches: [Batch], _ session: any SQLSession) throws -> [Batch: BatchRecord] {
        guard !batches.isEmpty else { return [:] }
        var found: [String: BatchRecord] = [:]
        let these = isOneOf(batches)
        try session.query("SELECT \(batchColumns.joined(separator: ", ")) FROM perigee_batches WHERE \(these.sql)", these.values) { row in
            let record = try batchRecord(row)
            found[record.batch] = record
        }
        return Dictionary(batches.compactMap { batch in found[batch.name].map { (batch, $0) } }, uniquingKeysWith: { first, _ in first })
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
