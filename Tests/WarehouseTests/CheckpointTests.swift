import NearEarth
import Testing
import Warehouse

@Suite("Store: the schedule's checkpoint and the content's hash")
struct CheckpointTests {
    @Test(arguments: StoreKind.all)
    func movesForwardOnlyAndOnlyForTheSchedule(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        func checkpoint() async throws -> String? { try await scene.store.summary().checkpoint?.description }
        try await scene.publish([], of: Given.week, body: "a")
        #expect(try await checkpoint() == nil)
        try await scene.publish([], of: Given.feed("2020-02-11", "2020-02-18"), body: "b", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-18")
        try await scene.publish([], of: Given.week, body: "c", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-18")
        try await scene.publish([], of: Given.feed("2020-02-19", "2020-02-19"), body: "d", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-19")
        try await scene.publish([Given.row("7", "2199-01-01")], of: .lookup(spkID: "7"), body: "l", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-19")
    }

    @Test(arguments: StoreKind.all)
    func theHashIsThatOfTheRecordsInOrder(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        // SHA-256 of nothing.
        #expect(try await scene.store.contentHash() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var row = Given.row("1", "2020-02-03")
        row.record = "abc"
        try await scene.publish([row], of: Given.week, body: "a")
        // printf 'abc\n' | sha256sum
        #expect(try await scene.store.contentHash() == "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb")
    }

    @Test(arguments: StoreKind.all)
    func theSameContentHasTheSameHashHoweverItCame(_ kind: StoreKind) async throws {
        let rows = PublishTests.rows + [Given.row("10", "2020-02-03"), Given.row("1", "2020-02-03", body: "Moon")]
        let first = try await Scene(kind)
        try await first.publish(rows, of: Given.week, body: "a")
        let second = try await Scene(kind)
        _ = try await second.begin()
        _ = try await second.begin()
        try await second.publish([Given.row("2", "2020-02-03", km: "1"), Given.row("99", "2020-02-04")], of: Given.week, body: "x")
        try await second.publish(rows.filter { $0.observationDate == Given.day("2020-02-10") }, of: Given.feed("2020-02-10", "2020-02-10"), body: "y")
        try await second.publish(Array(rows.reversed()), of: Given.week, body: "z")
        let hash = try await first.store.contentHash()
        #expect(try await second.store.contentHash() == hash)
        try await second.publish(Array(rows.dropLast()), of: Given.week, body: "q")
        #expect(try await second.store.contentHash() != hash)
    }
}
