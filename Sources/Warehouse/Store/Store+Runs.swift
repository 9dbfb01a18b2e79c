import Foundation
import NearEarth

/// The ledger's runs and their logs.
extension Store {
    /// Begins a run.
    public func beginRun(_ start: RunStart, by process: ProcessIdentity) async throws(StoreError) -> RunID {
        let moment = SQLValue.timestamp(now())
        return try await database.write { session in
            try session.execute(
                """
                INSERT INTO perigee_runs (command, engine, status, range_from, range_to, service, host, pid, process_started, started_at,
                heartbeat_at, planned, published, skipped, failed, inserted, revised, retired, unchanged, quarantined, requests, waited_ms)
                VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                """,
                [
                    .text(start.command), .text(start.engine), .date(start.range?.from), .date(start.range?.to), .text(String(start.service.prefix(300))),
                    .text(process.host), .int(process.pid), .integer(process.started), moment, moment, .int(start.planned),
                ])
            return try session.lastInsertedID()
        }
    }

    /// Shows that a run lives; other runs may take over the batches of one that does not.
    public func heartbeat(_ run: RunID) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        try await database.write { session in
            _ = try session.execute("UPDATE perigee_runs SET heartbeat_at = ? WHERE run_id = ?", [moment, .integer(run)])
        }
    }

    /// Ends a run and gives up its batches.
    public func finishRun(_ run: RunID, _ end: RunEnd) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        try await database.write { session in
            try session.execute("UPDATE perigee_batches SET lease_run = NULL WHERE lease_run = ?", [.integer(run)])
            try session.execute(
                """
                UPDATE perigee_runs SET status = ?, finished_at = ?, heartbeat_at = ?, skipped = ?, failed = ?, requests = ?, waited_ms = ?,
                remaining = ?, exit_code = ?, error = ?, published = published - ?, unchanged = unchanged - ?, quarantined = quarantined - ?
                WHERE run_id = ?
                """,
                [
                    .text(end.status.rawValue), moment, moment, .int(end.skipped), .int(end.failed), .int(end.requests),
                    .int(end.waitedMilliseconds), .optional(end.remaining), .int(end.exitCode), .optional(end.error),
                    .int(end.repeated.published), .int(end.repeated.unchanged), .int(end.repeated.quarantined), .integer(run),
                ])
        }
    }

    /// The newest runs first.
    public func runs(limit: Int) async throws(StoreError) -> [RunRecord] {
        try await database.read { session in
            try session.rows("SELECT * FROM perigee_runs ORDER BY run_id DESC LIMIT \(limit)").map(RunRecord.init)
        }
    }

    /// One run.
    public func run(_ id: RunID) async throws(StoreError) -> RunRecord? {
        try await database.read { session in
            try session.first("SELECT * FROM perigee_runs WHERE run_id = ?", [.integer(id)]).map(RunRecord.init)
        }
    }

    // MARK: Logs

    /// Keeps lines of a run's log; lines that are there already stay as they are.
    public func keep(_ lines: [LogLine], of run: RunID) async throws(StoreError) {
        guard !lines.isEmpty else { return }
        try await database.write { session in
            try upsert(
                "perigee_logs", key: ["run_id", "line"], columns: ["run_id", "line", "logged_at", "level", "stage", "batch", "message"],
                lines.map { line in
                    [
                        .integer(run), .int(line.line), .timestamp(line.at), .text(line.level), .optional(line.stage), .optional(line.batch),
                        .text(PlainText.escaped(line.message)),
                    ]
                }, session)
        }
    }

    /// A run's log, in order.
    public func log(of run: RunID) async throws(StoreError) -> [LogLine] {
        try await database.read { session in
            try session.rows("SELECT line, logged_at, level, stage, batch, message FROM perigee_logs WHERE run_id = ? ORDER BY line", [.integer(run)]).map {
                LogLine(
                    line: try $0.int("line"), at: try $0.instant("logged_at"), level: try $0.text("level"), stage: try $0.optionalText("stage"),
                    batch: try $0.optionalText("batch"), message: try $0.text("message"))
            }
        }
    }
}

extension RunRecord {
    /// The run of a row of `perigee_runs`.
    init(_ row: SQLRow) throws(StoreError) {
        self.init(
            id: try row.int64("run_id"), command: try row.text("command"), engine: try row.text("engine"), status: try row.word("status"),
            from: try row.optionalDay("range_from"), to: try row.optionalDay("range_to"), service: try row.text("service"), host: try row.text("host"),
            pid: try row.int("pid"), startedAt: try row.instant("started_at"), heartbeatAt: try row.instant("heartbeat_at"),
            finishedAt: try row.optionalInstant("finished_at"), planned: try row.int("planned"), published: try row.int("published"),
            skipped: try row.int("skipped"), failed: try row.int("failed"), inserted: try row.int("inserted"), revised: try row.int("revised"),
            retired: try row.int("retired"), unchanged: try row.int("unchanged"), quarantined: try row.int("quarantined"),
            requests: try row.int("requests"), waitedMilliseconds: try row.int("waited_ms"), remaining: try row.optionalInt("remaining"),
            exitCode: try row.optionalInt("exit_code"), error: try row.optionalText("error"))
    }
}
