import Foundation
import NearEarth
import Testing
import Warehouse

@Suite("Store: publishing a batch")
struct PublishTests {
    static let rows = [
        Given.row("1", "2020-02-03"), Given.row("2", "2020-02-03", km: "7", hazardous: true), Given.row("1", "2020-02-05"), Given.row("3", "2020-02-10"),
    ]

    @Test(arguments: StoreKind.all)
    func insertsEveryRow(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let counts = try await scene.publish(Self.rows, of: Given.week, body: "a")
        #expect(counts.inserted == 4 && counts.revised == 0 && counts.retired == 0 && counts.unchanged == 0)
        let published = try await scene.store.approaches(ApproachQuery())
        #expect(published.map(\.approach) == Self.rows)
        for row in published {
            #expect(row.createdAt == scene.clock.now && row.firstSeen == scene.clock.now && row.lastSeen == scene.clock.now)
            #expect(row.batchDate == Given.day("2020-02-10") && row.source == "feed" && row.run == 1)
        }
        #expect(try await scene.count("SELECT COUNT(*) FROM perigee_staging") == 0)
        let record = try #require(try await scene.store.batch(Given.week))
        #expect(record.state == .published && record.inserted == 4 && record.publishedSHA256 == scene.landed("a").sha256 && record.publishedRun == 1)
    }

    @Test(arguments: StoreKind.all)
    func theSameAgainRewritesNothing(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        let hash = try await scene.store.contentHash()
        let before = try await scene.query("SELECT id, observation_date, created_at, first_seen, batch_date, run_id FROM nasa_neo_data ORDER BY 2, 1")
        let counts = try await scene.publish(Self.rows, of: Given.week, body: "b")
        #expect(counts.unchanged == 4 && counts.inserted == 0 && counts.revised == 0 && counts.retired == 0)
        let after = try await scene.query("SELECT id, observation_date, created_at, first_seen, batch_date, run_id FROM nasa_neo_data ORDER BY 2, 1")
        #expect(before == after && after.count == 4)
        #expect(try await scene.store.contentHash() == hash)
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        // That it was seen again is known all the same.
        let row = try #require(try await scene.published()["1 2020-02-03"])
        #expect(row.lastSeen == scene.clock.now && row.firstSeen < row.lastSeen)
    }

    @Test(arguments: StoreKind.all)
    func theSameBodyAgainIsNoPublication(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        #expect(try await scene.store.publish(Given.week, by: run, movesCheckpoint: false) == PublishCounts())
        #expect(try await scene.store.run(run)?.published == 0)
        #expect(try await scene.store.batch(Given.week)?.inserted == 4)
    }

    @Test(arguments: StoreKind.all)
    func aRevisionKeepsTheEarlierVersionOnce(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        let first = scene.clock.now
        var revised = Self.rows
        revised[1] = Given.row("2", "2020-02-03", km: "8", hazardous: true)
        let counts = try await scene.publish(revised, of: Given.week, body: "b")
        #expect(counts.revised == 1 && counts.unchanged == 3 && counts.inserted == 0 && counts.retired == 0)
        let history = try await scene.query("SELECT id, source_record, change_kind, run_id, superseded_run FROM nasa_neo_history")
        #expect(history == [["2", Self.rows[1].record, "revised", "1", "2"]])
        let row = try #require(try await scene.published()["2 2020-02-03"])
        #expect(row.approach == revised[1] && row.run == 2)
        #expect(row.createdAt == first && row.firstSeen == first && row.lastSeen == scene.clock.now)
        try await scene.publish(revised, of: Given.week, body: "c")
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_history") == 1)
    }

    @Test(arguments: StoreKind.all)
    func aVanishedApproachIsRetiredOnce(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        let seen = scene.clock.now
        let rest = [Self.rows[0], Self.rows[1], Self.rows[3]]
        let counts = try await scene.publish(rest, of: Given.week, body: "b")
        #expect(counts.retired == 1 && counts.unchanged == 3)
        #expect(try await scene.store.approaches(ApproachQuery()).map(\.approach) == rest)
        let history = try await scene.query("SELECT id, source_record, change_kind, last_seen FROM nasa_neo_history")
        #expect(history.count == 1 && history[0][0] == "1" && history[0][1] == Self.rows[2].record && history[0][2] == "retired")
        #expect(history[0][3].flatMap(Timestamp.date) == seen)
        try await scene.publish(rest, of: Given.week, body: "c")
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_history") == 1)
        #expect(try await scene.store.summary().retired == 1)
    }

    @Test(arguments: StoreKind.all)
    func oneThatComesBackIsAsOldAsItWas(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        let first = scene.clock.now
        try await scene.publish(Array(Self.rows.dropLast()), of: Given.week, body: "b")
        let counts = try await scene.publish(Self.rows, of: Given.week, body: "c")
        #expect(counts.inserted == 1 && counts.unchanged == 3)
        let row = try #require(try await scene.published()["3 2020-02-10"])
        #expect(row.createdAt == first && row.firstSeen == first && row.run == 3)
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_history") == 1)
    }

    @Test(arguments: StoreKind.all)
    func anEmptyBodyRetiresItsWindowAndNoOther(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        try await scene.publish([Given.row("9", "2020-02-11")], of: Given.feed("2020-02-11", "2020-02-18"), body: "n")
        #expect(try await scene.publish([], of: Given.week, body: "b").retired == 4)
        #expect(try await scene.store.approaches(ApproachQuery()).map(\.approach.id) == ["9"])
    }

    @Test(arguments: StoreKind.all)
    func anObjectMayPassTwiceInAWindow(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let rows = [Given.row("1", "2020-02-03"), Given.row("1", "2020-02-04"), Given.row("1", "2020-02-03", body: "Moon")]
        #expect(try await scene.publish(rows, of: Given.week, body: "a").inserted == 3)
    }

    @Test(arguments: StoreKind.all)
    func aRunsFiguresAreItsPublications(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        try await scene.publish([Given.row("1", "2020-02-03", km: "1"), Self.rows[1]], of: Given.week, body: "b", quarantined: [Given.rejected("3")])
        let run = try #require(try await scene.store.run(2))
        #expect(run.published == 1 && run.inserted == 0 && run.revised == 1 && run.unchanged == 1 && run.retired == 1 && run.quarantined == 1)
        #expect(run.status == .succeeded && run.finishedAt != nil && run.exitCode == 0)
        #expect(try await scene.store.runs(limit: 10).map(\.id) == [2, 1])
        let summary = try await scene.store.summary()
        #expect(summary.approaches == 3 && summary.objects == 3 && summary.hazardous == 1 && summary.days == 2)
        #expect(summary.revisions == 1 && summary.retired == 1 && summary.openQuarantine == 1 && summary.origin == "nasa")
        #expect(summary.firstDay == Given.day("2020-02-03") && summary.lastDay == Given.day("2020-02-10"))
    }
}
