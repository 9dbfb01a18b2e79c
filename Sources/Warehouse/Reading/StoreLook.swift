import Foundation
import NearEarth

/// What a server looks at a few times a second, to know whether anything has changed.
public struct StoreLook: Sendable {
    /// The last publication.
    public var publication: Publication
    /// The tokens of the API.
    public var tokens: [APIToken]
    /// How runs, schedule and quarantine stand: a text that changes with each of them.
    public var pulse: String
}

extension Store {
    /// A look, in one transaction.
    public func look() async throws(StoreError) -> StoreLook {
        try database.requireOwn()
        let moment = now()
        return try await database.read { session in
            StoreLook(
                publication: try Publication(session), tokens: try Self.tokens(session),
                pulse: try Self.pulse(session, moment))
        }
    }

    private static func pulse(_ session: any SQLSession, _ moment: Date) throws -> String {
        var parts: [String] = []
        // The last ones: several may be under way.
        for run in try session.rows("SELECT * FROM perigee_runs ORDER BY run_id DESC LIMIT 5").map(RunRecord.init) {
            parts.append("\(run.id) \(run.status) \(run.published) \(run.skipped) \(run.failed) \(run.inserted)")
            if run.status == .running {
                // Its log grows, and the heartbeat tells whether its process lives: not beyond its lease.
                let lines = try session.first("SELECT MAX(line) AS line FROM perigee_logs WHERE run_id = ?", run.id)
                parts.append("\(try lines?["line"] as Int? ?? 0) \(Timestamp.milliseconds(run.heartbeatAt))")
                parts.append("\(moment.timeIntervalSince(run.heartbeatAt) < leaseSeconds)")
            }
        }
        for row in try session.rows("SELECT updated_at, settled_at FROM perigee_schedules") {
            // To the millisecond: a pause and a resume may be in one second.
            let settled: Date? = try row["settled_at"]
            let moments = [try row["updated_at"] as Date, settled ?? .distantPast]
            parts.append(moments.map { "\(Timestamp.milliseconds($0))" }.joined(separator: " "))
        }
        let slots = "SELECT state, COUNT(*) AS slots FROM perigee_slots GROUP BY state ORDER BY state"
        for row in try session.rows(slots) { parts.append("\(try row["state"] as String) \(try row["slots"] as Int)") }
        parts.append("\(try session.count("nasa_neo_quarantine WHERE status = 'open'"))")
        return parts.joined(separator: ",")
    }
}
