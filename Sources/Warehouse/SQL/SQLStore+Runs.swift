import Foundation
import NearEarth

extension SQLStore {
    static let runColumns = [
        "run_id", "command", "engine", "status", "range_from", "range_to", "service", "host", "pid", "process_started", "started_at",
        "heartbeat_at", "finished_at", "planned", "published", "skipped", "failed", "inserted", "revised", "retired", "unchanged",
        "quarantined", "requests", "waited_ms", "remaining", "exit_code", "error",
    ]

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
                    .text(start.command), .text(start.engine), .date(start.range?.from), .date(start.range?.to), .text(start.service),
                    .text(process.host), .int(process.pid), .integer(process.started), moment, moment, .int(start.planned),
                ])
            return try session.lastInsertedID()
        }
    }

    /// Shows that a run lives.
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
                remaining = ?, exit_code = ?, error = ? WHERE run_id = ?
                """,
                [
                    .text(end.status.rawValue), moment, moment, .int(end.skipped), .int(end.failed), .int(end.requests),
                    .int(end.waitedMilliseconds), .optional(end.remaining), .int(end.exitCode), .optional(end.error), .integer(run),
                ])
        }
    }

    /// The newest runs first.
    public func runs(limit: Int) async throws(StoreError) -> [RunRecord] {
        try await database.read { session in
            var found: [RunRecord] = []
            try session.query("SELECT \(Self.runColumns.joined(separator: ", ")) FROM perigee_runs ORDER BY run_id DESC LIMIT \(limit)", []) {
                found.append(try Self.runRecord($0))
            }
            return found
        }
    }

    /// One run.
    public func run(_ id: RunID) async throws(StoreError) -> RunRecord? {
        try await database.read { session in
            try session.first("SELECT \(Self.runColumns.joined(separator: ", ")) FROM perigee_runs WHERE run_id = ?", [.integer(id)])
                .map(Self.runRecord)
        }
    }

    /// A run from a row of `runColumns`.
    static func runRecord(_ row: [SQLValue]) throws(StoreError) -> RunRecord {
        guard let id = row[0].int64, let status = row[3].string.flatMap(RunStatus.init), let started = row[10].instant,
            let heartbeat = row[11].instant
        else { throw .unreadable("a run \(row[0].string ?? "") of another form") }
        return RunRecord(
            id: id, command: row[1].string ?? "", engine: row[2].string ?? "", status: status, from: row[4].calendarDate,
            to: row[5].calendarDate, service: row[6].string ?? "", host: row[7].string ?? "", pid: row[8].int ?? 0, startedAt: started,
            heartbeatAt: heartbeat, finishedAt: row[12].instant, planned: row[13].int ?? 0, published: row[14].int ?? 0,
            skipped: row[15].int ?? 0, failed: row[16].int ?? 0, inserted: row[17].int ?? 0, revised: row[18].int ?? 0,
            retired: row[19].int ?? 0, unchanged: row[20].int ?? 0, quarantined: row[21].int ?? 0, requests: row[22].int ?? 0,
            waitedMilliseconds: row[23].int ?? 0, remaining: row[24].int, exitCode: row[25].int, error: row[26].string)
    }
}
