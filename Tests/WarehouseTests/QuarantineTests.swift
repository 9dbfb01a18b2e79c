import NearEarth
import Testing
import Warehouse

@Suite("Store: the quarantine")
struct QuarantineTests {
    private func open(_ scene: Scene) async throws -> [QuarantineEntry] { try await scene.store.quarantine(includingResolved: false, limit: 100) }

    @Test(arguments: StoreKind.all)
    func keepsWhatWhereAndWhy(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", quarantined: [Given.rejected("3"), Given.rejected(nil, rule: "identity", path: "$.x[0].id")])
        let entries = try await open(scene)
        #expect(entries.map(\.rule) == ["identity", "field-type"] && entries.map(\.spkID) == [nil, "3"])
        let entry = try #require(entries.last)
        #expect(entry.path == "$.x[0].h" && entry.value == "bright" && entry.reason == "no number" && entry.record == "{}" && entry.status == "open")
        #expect(entry.batch == Given.week.name && entry.rawFile == "raw-a.json" && entry.rawSHA256 == scene.landed("a").sha256 && entry.run == 1)
        #expect(try await scene.store.quarantineEntry(entry.id)?.path == entry.path)
        #expect(try await scene.store.quarantineEntry(99) == nil)
        #expect(try await scene.store.quarantine(includingResolved: false, limit: 1).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func theSameBodyAgainAddsNothing(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", quarantined: [Given.rejected("3")])
        let before = try await open(scene).map(\.id)
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage([], of: Given.week, body: "a", by: run, quarantined: [Given.rejected("3")])
        #expect(try await open(scene).map(\.id) == before)
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_quarantine") == 1)
    }

    @Test(arguments: StoreKind.all)
    func aSoundBodyResolvesItWhenItIsPublished(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", quarantined: [Given.rejected("3")])
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage([Given.row("3", "2020-02-03")], of: Given.week, body: "b", by: run)
        #expect(try await open(scene).count == 1)
        try await scene.store.recordAudit([], of: Given.week, by: run)
        _ = try await scene.store.publish(Given.week, by: run, movesCheckpoint: false)
        #expect(try await open(scene).isEmpty)
        let resolved = try #require(try await scene.store.quarantine(includingResolved: true, limit: 10).first)
        #expect(resolved.status == "resolved" && resolved.resolvedRun == run)
    }

    @Test(arguments: StoreKind.all)
    func aRuleThatLetsItPassResolvesItAndOneThatDoesNotOpensItAgain(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage([], of: Given.week, body: "a", by: run, quarantined: [Given.rejected("3")])
        try await scene.stage([Given.row("3", "2020-02-03")], of: Given.week, body: "a", by: run)
        #expect(try await open(scene).isEmpty)
        try await scene.stage([], of: Given.week, body: "a", by: run, quarantined: [Given.rejected("3")])
        let entries = try await open(scene)
        #expect(entries.count == 1 && entries.first?.resolvedRun == nil)
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_quarantine") == 1)
    }

    @Test(arguments: StoreKind.all)
    func anotherBatchsEntriesAreItsOwn(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", quarantined: [Given.rejected("3")])
        try await scene.publish([], of: Given.feed("2020-02-11", "2020-02-18"), body: "b")
        #expect(try await open(scene).count == 1)
    }
}
