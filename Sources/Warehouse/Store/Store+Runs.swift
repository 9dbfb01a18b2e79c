import Foundation
public import NearEarth
public import Support

/// The ledger's runs and their logs.
extension Store {
    /// Begins a run that has to deal with `planned` batches: of `range`, where it is about dates; `service` is a URL
    /// without credentials.
    public func beginRun(
        command: String, engine: String, range: DateWindow?, service: String, planned: Int,
        by process: ProcessIdentity = .current
    ) async throws(StoreError) -> RunID {
        let moment = now()
        return try await database.write { session in
            let row: SQLFields = [
                "command": command, "engine": engine, "status": RunStatus.running, "range_from": range?.from,
                "range_to": range?.to, "service": String(service.prefix(300)), "host": process.host, "pid": process.pid,
                "process_started": process.started, "started_at": moment, "heartbeat_at": moment, "planned": planned,
                "published": 0, "skipped": 0, "failed": 0, "inserted": 0, "revised": 0, "retired": 0, "unchanged": 0,
                "quarantined": 0, "requests": 0, "waited_ms": 0,
            ]
            try session.insert("perigee_runs", row.columns, [row.values])
            return try session.lastInsertedID()
        }
    }

    /// Shows that a run lives; other runs may take over the batches of one that does not.
    public func heartbeat(_ run: RunID) async throws(StoreError) {
        let moment = now()
        try await database.write { session in
            _ = try session.execute("UPDATE perigee_runs SET heartbeat_at = ? WHERE run_id = ?", moment, run)
        }
    }

    /// Ends a run and gives up its batches. What each publication counted on the way is replaced by the counts of the
    /// whole.
    public func finishRun(_ run: RunID, _ end: RunEnd) async throws(StoreError) {
        try await database.write { session in
            let moment = try Publication.end(now(), session)
            try session.execute("UPDATE perigee_batches SET lease_run = NULL WHERE lease_run = ?", run)
            try session.execute(
                """
                UPDATE perigee_runs SET status = ?, finished_at = ?, heartbeat_at = ?, published = ?, skipped = ?, failed = ?, inserted = ?,
                revised = ?, retired = ?, unchanged = ?, quarantined = ?, requests = ?, waited_ms = ?, remaining = ?, exit_code = ?, error = ?
                WHERE run_id = ?
                """,
                end.status, moment, moment, end.batches.published, end.batches.skipped, end.batches.failed,
                end.counts.inserted, end.counts.revised, end.counts.retired, end.counts.unchanged, end.quarantined,
                end.service.requests, end.service.waitedMilliseconds, end.service.remaining, end.exitCode, end.error,
                run)
        }
    }

    /// The newest runs first, of those before a run.
    public func runs(limit: Int, before: RunID = .max) async throws(StoreError) -> [RunRecord] {
        try await database.read {
            try $0.rows(
                "SELECT * FROM perigee_runs WHERE run_id < ? ORDER BY run_id DESC LIMIT \(limit)", before
            ).map(RunRecord.init)
        }
    }

    /// One run.
    public func run(_ id: RunID) async throws(StoreError) -> RunRecord? {
        try await database.read { try $0.first("SELECT * FROM perigee_runs WHERE run_id = ?", id).map(RunRecord.init) }
    }

    // MARK: Logs

    /// Keeps lines of a run's log, which follow each other.
    public func keep(_ lines: [LogLine], of run: RunID) async throws(StoreError) {
        guard let first = lines.first, let last = lines.last else { return }
        try await database.write { session in
            // Begun anew after a commit whose answer was lost, they are there.
            try session.execute(
                "DELETE FROM perigee_logs WHERE run_id = ? AND line BETWEEN ? AND ?", run, first.line, last.line)
            try session.append(
                to: "perigee_logs",
                lines.map {
                    [
                        "run_id": run, "line": $0.line, "logged_at": $0.at, "level": $0.level, "stage": $0.stage,
                        "batch": $0.batch, "message": PlainText.escaped($0.message),
                    ]
                })
        }
    }

    /// A run's log, in order; its last lines alone, where `count` is given.
    public func log(of run: RunID, last count: Int? = nil) async throws(StoreError) -> [LogLine] {
        try await database.read { session in
            let sql =
                "SELECT * FROM perigee_logs WHERE run_id = ? ORDER BY line DESC\(count.map { " LIMIT \($0)" } ?? "")"
            return try session.rows(sql, run).reversed().map {
                try LogLine(
                    line: $0["line"], at: $0["logged_at"], level: $0["level"], stage: $0["stage"], batch: $0["batch"],
                    message: $0["message"])
            }
        }
    }
}

extension RunRecord {
    /// The run of a row of `perigee_runs`.
    init(_ row: SQLRow) throws(StoreError) {
        try self.init(
            id: row["run_id"], command: row["command"], engine: row["engine"], status: row["status"],
            from: row["range_from"], to: row["range_to"], service: row["service"], host: row["host"], pid: row["pid"],
            startedAt: row["started_at"], heartbeatAt: row["heartbeat_at"], finishedAt: row["finished_at"],
            planned: row["planned"], published: row["published"], skipped: row["skipped"], failed: row["failed"],
            inserted: row["inserted"], revised: row["revised"], retired: row["retired"], unchanged: row["unchanged"],
            quarantined: row["quarantined"], requests: row["requests"], waitedMs: row["waited_ms"],
            remaining: row["remaining"], exitCode: row["exit_code"], error: row["error"])
    }
}
