import NearEarth
import Testing
import Warehouse

@Suite("Store: a value that is missing where there has to be one is an error")
struct DecodingTests {
    /// A store whose table takes NULL everywhere, with one row.
    private func scene(_ table: String, _ change: String) async throws -> Scene {
        let scene = try await Scene(.sqlite)
        try await scene.publish(
            [Given.row("1", "2020-02-03")], of: Given.week, body: "a", rejected: [Given.rejected("2")])
        let dropped =
            table == "nasa_neo_data"
            ? try await scene.query("SELECT sql FROM sqlite_master WHERE name = 'nasa_neo_seen'").first?[0] : nil
        try await scene.database.write { session in
            if dropped != nil { try session.execute("DROP VIEW nasa_neo_seen", []) }
            for sql in [
                "CREATE TABLE loose AS SELECT * FROM \(table)", "DROP TABLE \(table)",
                "ALTER TABLE loose RENAME TO \(table)", "UPDATE \(table) SET \(change)",
            ] {
                try session.execute(sql, [])
            }
            if let dropped { try session.execute(dropped, []) }
        }
        return scene
    }

    private func unreadable(_ body: () async throws -> Void) async -> String? {
        if case .unreadable(let what) = await storeError(body) { what } else { nil }
    }

    @Test("NULL", arguments: ["host", "status", "started_at", "planned"])
    func null(column: String) async throws {
        let scene = try await scene("perigee_runs", "\(column) = NULL")
        #expect(
            await unreadable { _ = try await scene.store.runs(limit: 1) }
                == "nothing in \(column), where there has to be a value")
    }

    @Test(
        "A word that stands for nothing",
        arguments: [("status = 'perhaps'", "perhaps in status"), ("started_at = 'soon'", "soon in started_at")])
    func strange(change: String, what: String) async throws {
        let scene = try await scene("perigee_runs", change)
        #expect(await unreadable { _ = try await scene.store.runs(limit: 1) } == what)
    }

    @Test("An approach without its record has no hash, and is not shown")
    func record() async throws {
        let scene = try await scene("nasa_neo_data", "source_record = NULL")
        #expect(await unreadable { _ = try await scene.store.contentHash() } != nil)
        #expect(await unreadable { _ = try await scene.store.approaches(ApproachQuery()) } != nil)
    }

    @Test("A record in quarantine without its rule is not shown")
    func quarantine() async throws {
        let scene = try await scene("nasa_neo_quarantine", "rule_name = NULL")
        #expect(
            await unreadable {
                _ = try await scene.store.quarantine(QuarantineFilter(includesResolved: true), limit: 1)
            } != nil)
    }
}
