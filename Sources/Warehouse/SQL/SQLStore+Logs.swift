import Foundation

/// The runs' logs.
extension SQLStore {
    private static let logColumns = ["logged_at", "level", "stage", "batch", "message"]

    /// Keeps lines of a run's log; lines that are there already stay as they are.
    public func keep(_ lines: [LogLine], of run: RunID) async throws(StoreError) {
        guard !lines.isEmpty else { return }
        try await database.write { session in
            let rows = lines.map { line -> [SQLValue] in
                [
                    .integer(run), .int(line.line), .timestamp(line.at), .text(line.level), .optional(line.stage), .optional(line.batch),
                    .text(line.message),
                ]
            }
            try upsert("perigee_logs", key: ["run_id", "line"], columns: ["run_id", "line"] + Self.logColumns, rows, session)
        }
    }

    /// A run's log, in order.
    public func log(of run: RunID) async throws(StoreError) -> [LogLine] {
        try await database.read { session in
            var found: [LogLine] = []
            try session.query("SELECT line, \(Self.logColumns.joined(separator: ", ")) FROM perigee_logs WHERE run_id = ? ORDER BY line", [.integer(run)]) {
                found.append(
                    LogLine(
                        line: $0[0].int ?? 0, at: $0[1].instant ?? .distantPast, level: $0[2].string ?? "", stage: $0[3].string, batch: $0[4].string,
                        message: $0[5].string ?? ""))
            }
            return found
        }
    }
}
