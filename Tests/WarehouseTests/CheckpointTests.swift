import NearEarth
import Testing
import Warehouse

@Suite("Store: the schedule's checkpoint and the content's hash")
struct CheckpointTests {
    @Test("The checkpoint moves forward only, and only for the schedule", arguments: StoreKind.all)
    func checkpoint(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        func checkpoint() async throws -> String? { try await scene.store.summary().checkpoint?.description }
        try await scene.publish([], of: Given.week, body: "a")
        #expect(try await checkpoint() == nil, "no schedule")
        try await scene.publish(
            [Given.row("1", "2020-02-12")], of: Given.feed("2020-02-11", "2020-02-18"), body: "b", movesCheckpoint: true
        )
        #expect(try await checkpoint() == "2020-02-18")
        try await scene.publish([Given.row("2", "2020-02-05")], of: Given.week, body: "c", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-18", "an earlier window")
        try await scene.publish(
            [Given.row("3", "2020-02-19")], of: Given.feed("2020-02-19", "2020-02-19"), body: "d", movesCheckpoint: true
        )
        #expect(try await checkpoint() == "2020-02-19")
        try await scene.publish(
            [Given.row("7", "2199-01-01")], of: .lookup(spkID: "7"), body: "l", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-19", "a lookup")
        try await scene.publish([], of: Given.feed("2020-02-20", "2020-02-27"), body: "e", movesCheckpoint: true)
        #expect(try await checkpoint() == "2020-02-19", "a window without an approach")
    }

    @Test("A refused window does not move it", arguments: StoreKind.all)
    func refused(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", results: [PublishTests.failure], movesCheckpoint: true)
        #expect(try await scene.store.summary().checkpoint == nil)
    }

    @Test("The hash of nothing is SHA-256's", arguments: StoreKind.all)
    func nothing(_ kind: StoreKind) async throws {
        #expect(
            try await Scene(kind).store.contentHash()
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("The hash is that of the facts in order, numbers by what they stand for", arguments: StoreKind.all)
    func oneRow(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "a")
        // printf '1,1,(1),20,False,0.5943468684,0.2658,2020-02-03
        // full,10,14959787,Earth,2020-02-03,False,1580688000000,0.1\n' | sha256sum
        #expect(
            try await scene.store.contentHash() == "79e06c47772d7b7fe596fe0ba5240cb42dc80bee56295e2c03d2726be41cdb79")
    }

    @Test("The same content has the same hash however it came", arguments: StoreKind.all)
    func same(_ kind: StoreKind) async throws {
        let rows = [
            Given.row("1", "2020-02-03"), Given.row("1", "2020-02-10"), Given.row("2", "2020-02-03"),
            Given.row("10", "2020-02-03"),
        ]
        let first = try await Scene(kind)
        try await first.publish(rows, of: Given.week, body: "a")
        let second = try await Scene(kind)
        _ = try await second.begin()
        try await second.publish(
            [Given.row("2", "2020-02-03", km: "1"), Given.row("99", "2020-02-04")], of: Given.week, body: "x")
        try await second.publish([rows[1]], of: Given.feed("2020-02-10", "2020-02-10"), body: "y")
        try await second.publish(Array(rows.reversed()), of: Given.week, body: "z")
        let hash = try await first.store.contentHash()
        #expect(try await second.store.contentHash() == hash)
        try await second.publish(Array(rows.dropLast()), of: Given.week, body: "q")
        #expect(try await second.store.contentHash() != hash)
    }
}
