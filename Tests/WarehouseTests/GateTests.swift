import NearEarth
import Testing
import Warehouse

@Suite("Store: nothing is published before its turn")
struct GateTests {
    static let failure = QualityResult(rule: "element-count", severity: .batch, passed: false, checked: 1, failed: 1, detail: "says 2, lists 1")
    static let warning = QualityResult(rule: "freshness", severity: .warning, passed: false, checked: 1, failed: 1, detail: "old")

    @Test(arguments: StoreKind.all)
    func eachStageAsksForTheOneBefore(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        func needs(_ step: () async throws -> Void) async -> String? {
            if case .notReady(_, let needs) = await storeError(step) { needs } else { nil }
        }
        let publish: () async throws -> Void = { _ = try await scene.store.publish(Given.week, by: run, movesCheckpoint: true) }
        let facts: () async throws -> Void = { _ = try await scene.store.auditFacts(Given.week) }
        #expect(await needs(publish) == "extract")
        #expect(await needs(facts) == "transform")
        try await scene.store.recordLanding(scene.landed("a"), of: Given.week, by: run)
        #expect(await needs(publish) == "transform")
        #expect(await needs(facts) == "transform")
        try await scene.stage([Given.row("1", "2020-02-03")], of: Given.week, body: "a", by: run)
        #expect(await needs(publish) == "audit")
        try await scene.store.recordAudit([Self.failure], of: Given.week, by: run)
        #expect(await needs(publish) == "audit")
        #expect(try await scene.published().isEmpty)
        #expect(try await scene.store.summary().checkpoint == nil)
        try await scene.store.recordAudit([Self.warning], of: Given.week, by: run)
        #expect(try await scene.store.publish(Given.week, by: run, movesCheckpoint: true).inserted == 1)
    }

    @Test(arguments: StoreKind.all)
    func aRefusedBatchLeavesWhatWasPublished(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "a")
        let hash = try await scene.store.contentHash()
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage([Given.row("2", "2020-02-04")], of: Given.week, body: "b", by: run)
        try await scene.store.recordAudit([Self.failure, Self.warning], of: Given.week, by: run)
        await #expect(throws: StoreError.self) { try await scene.store.publish(Given.week, by: run, movesCheckpoint: false) }
        #expect(try await scene.store.contentHash() == hash)
        let record = try #require(try await scene.store.batch(Given.week))
        #expect(record.state == .refused && record.error == "element-count: says 2, lists 1")
        #expect(record.publishedSHA256 == scene.landed("a").sha256 && record.rawSHA256 == scene.landed("b").sha256)
        #expect(try await scene.store.quality(run: run).map(\.result) == [Self.failure, Self.warning])
    }

    @Test(arguments: StoreKind.all)
    func whatTheRulesFoundIsKeptByRun(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage([], of: Given.week, body: "a", by: run)
        try await scene.store.recordAudit([Self.failure], of: Given.week, by: run)
        var passed = Self.failure
        passed.passed = true
        try await scene.store.recordAudit([passed], of: Given.week, by: run)
        let found = try await scene.store.quality(run: run)
        #expect(found.map(\.result) == [passed] && found.map(\.batch) == [Given.week.name])
        #expect(try await scene.store.quality(run: run + 1).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func anAuditOfOneBodyDoesNotCoverTheNext(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage([Given.row("1", "2020-02-03")], of: Given.week, body: "a", by: run)
        try await scene.store.recordAudit([], of: Given.week, by: run)
        try await scene.stage([Given.row("2", "2020-02-03")], of: Given.week, body: "b", by: run)
        await #expect(throws: StoreError.self) { try await scene.store.publish(Given.week, by: run, movesCheckpoint: false) }
        #expect(try await scene.published().isEmpty)
    }

    @Test(arguments: StoreKind.all, [true, false])
    func simulatedAndRealDataDoNotMix(_ kind: StoreKind, simulatedFirst: Bool) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "a", simulated: simulatedFirst)
        #expect(try await scene.store.summary().origin == (simulatedFirst ? "simulated" : "nasa"))
        let hash = try await scene.store.contentHash()
        let error = await storeError {
            try await scene.publish([Given.row("2", "2020-03-03")], of: Given.feed("2020-03-03", "2020-03-03"), body: "b", simulated: !simulatedFirst)
        }
        guard case .mixedOrigin(_, let holds, let offered) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(Set([holds, offered]) == ["nasa", "simulated"])
        #expect(try await scene.store.contentHash() == hash)
    }

    @Test(arguments: StoreKind.all)
    func theAuditIsToldWhatIsStaged(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03"), Given.row("5", "2020-02-04")], of: Given.week, body: "a")
        for month in 1...4 {
            let day = "2020-0\(month)-20"
            try await scene.publish((0..<month).map { Given.row("\($0)", day) }, of: Given.feed(day, day), body: "m\(month)")
        }
        let run = try await scene.begin()
        try await scene.claim(Given.week, run)
        try await scene.stage(
            [Given.row("1", "2020-02-03"), Given.row("1", "2020-02-03", km: "1"), Given.row("2", "2020-02-11")], of: Given.week, body: "b", by: run,
            quarantined: [Given.rejected("8"), Given.rejected("8", rule: "identity")])
        let facts = try await scene.store.auditFacts(Given.week)
        #expect(facts.stagedRows == 3 && facts.distinctKeys == 2 && facts.duplicates == ["1 Earth 2020-02-03 (2 times)"])
        #expect(facts.outsideWindow == 1 && facts.publishedRows == 2)
        #expect(facts.usualDays == 4 && facts.usualPerDay == 2.5)
        #expect(facts.rejectedByRule == ["field-type": 1, "identity": 1])
        #expect(facts.days.map { "\($0.date) \($0.listed)" } == ["2020-02-03 2", "2020-02-11 1"])
        #expect(facts.record.records == 5 && facts.record.rejected == 2 && facts.record.elementCount == 5)
    }
}
