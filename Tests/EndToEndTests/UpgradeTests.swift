import Foundation
import GRDB
import PerigeeTesting
import Testing

/// A store from before the schema's second step, as such a version left it.
@Suite(.enabled(if: Shared.isAvailable, "\(Shared.notice)"))
struct UpgradeTests {
    @Test("An old store can be read, copied, restored from its backup, and goes on with the next run")
    func oldStore() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        try await DatabaseQueue(path: place.folder(Workplace.store)).write { database in
            for table in ["perigee_logs", "perigee_schedules", "perigee_slots"] { try database.execute(sql: "DROP TABLE \(table)") }
            try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '2-schedules-and-logs'")
        }
        let copied = try await place.json("copy", "--from", "sqlite:\(Workplace.store)", "--to", "sqlite:copy.sqlite")
        #expect(try copied["content_hash"] == hash)
        #expect(try place.count("SELECT COUNT(*) FROM perigee_logs", store: "copy.sqlite") == 0)
        try await place.perigee("backup", "--output", "old.backup")
        #expect(try await place.json("restore", "old.backup", "--store", "sqlite:restored.sqlite")["content_hash"] == hash)
        let next = try await place.json("run", "--from", "2020-02-11", "--to", "2020-02-18")
        #expect(try next["status"] == "succeeded")
        let run: Int = try next["run"]
        #expect(try await place.json("logs", "\(run)").list("lines").count > 4)
    }
}
