import Foundation
import NearEarth
import PerigeeTesting
import Pipeline
import Testing
import Transform
import Warehouse

@Suite("Batch rules")
struct BatchRuleTests {
    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private let window: DateWindow

    init() throws {
        let from = try #require(CalendarDate("2020-02-03"))
        window = DateWindow(from: from, to: from.adding(days: 7))
    }

    /// The facts of a sound batch of two objects a day, as a store tells them; each test spoils some.
    private func facts() async throws -> AuditFacts {
        let folder = try TemporaryFolder()
        let store = try await StoreURL.open("sqlite:\(folder("perigee.db"))")
        let batch = Batch.feed(window)
        let run = try await store.beginRun(RunStart(command: "run", engine: "embedded", range: window, service: "test", planned: 1), by: .current)
        _ = try await store.claim(batch, for: run)
        let landed = LandedFacts(
            file: "raw.json", sha256: String(repeating: "0", count: 64), bytes: 1, receivedAt: Self.now, requestID: "r", isSimulated: false)
        try await store.recordLanding(landed, of: batch, by: run)
        try await store.stage(
            StagedBatch(
                batch: batch, landed: landed, processedFile: "p.csv", elementCount: 16, listed: 16, records: 16, rejectedRecords: 0,
                days: window.days.map { .init(date: $0, listed: 2) }, rows: ApproachRows(), orbits: [], quarantined: []),
            by: run)
        var facts = try await store.auditFacts(batch)
        await store.close()
        (facts.stagedRows, facts.distinctKeys) = (16, 16)
        return facts
    }

    private func passes(_ rule: BatchRule, now: Date = now, _ change: (inout AuditFacts) throws -> Void) async throws -> Bool? {
        var facts = try await facts()
        try change(&facts)
        let result = rule.check(facts, window: window, now: now)
        if let result {
            #expect(result.rule == rule.rawValue && result.severity == rule.severity)
            #expect(result.passed == (result.failed == 0) && result.passed == result.detail.isEmpty)
        }
        return result?.passed
    }

    @Test func aSoundBatchPassesAllThatApply() async throws {
        let facts = try await facts()
        for rule in BatchRule.allCases { #expect(rule.check(facts, window: window, now: Self.now)?.passed ?? true, "\(rule)") }
        for result in BatchRule.recordRules(facts) { #expect(result.passed && result.severity == .record && result.checked == 16) }
    }

    @Test func elementCount() async throws {
        #expect(try await passes(.elementCount) { _ in } == true)
        #expect(try await passes(.elementCount) { $0.record.elementCount = 17 } == false)
        #expect(try await passes(.elementCount) { $0.record.listed = 17 } == false)
        #expect(try await passes(.elementCount) { $0.record.elementCount = nil } == nil)
        #expect(BatchRule.elementCount.severity == .batch)
    }

    @Test func keyUnique() async throws {
        #expect(try await passes(.keyUnique) { _ in } == true)
        #expect(try await passes(.keyUnique) { ($0.distinctKeys, $0.duplicates) = (15, ["1 Earth 2020-02-03 (2 times)"]) } == false)
        #expect(BatchRule.keyUnique.severity == .batch)
    }

    @Test func windowBounds() async throws {
        #expect(try await passes(.windowBounds) { _ in } == true)
        #expect(try await passes(.windowBounds) { $0.outsideWindow = 1 } == false)
        #expect(try await passes(.windowBounds) { $0.days.append(.init(date: window.to.adding(days: 1), listed: 0)) } == false)
        #expect(try await passes(.windowBounds) { $0.days.append(.init(date: window.from.adding(days: -1), listed: 3)) } == false)
        #expect(BatchRule.windowBounds.check(try await facts(), window: nil, now: Self.now) == nil)
        #expect(BatchRule.windowBounds.severity == .batch)
    }

    @Test func windowComplete() async throws {
        #expect(try await passes(.windowComplete) { _ in } == true)
        #expect(try await passes(.windowComplete) { $0.days.removeFirst() } == false)
        #expect(try await passes(.windowComplete) { $0.days[3].listed = 0 } == true)
        #expect(BatchRule.windowComplete.severity == .warning)
    }

    @Test(arguments: [(0, 16, true), (5, 5, true), (5, 1, true), (6, 60, true), (6, 59, false), (10, 100, true), (11, 100, false), (6, 6, false)])
    func quarantineShare(rejected: Int, records: Int, isPass: Bool) async throws {
        #expect(try await passes(.quarantineShare) { ($0.record.rejected, $0.record.records) = (rejected, records) } == isPass)
        #expect(BatchRule.quarantineShare.severity == .batch)
    }

    @Test(arguments: [(19, 0, nil), (20, 10, true), (20, 9, false), (100, 50, true), (100, 49, false), (100, 1000, true)] as [(Int, Int, Bool?)])
    func volumeDrop(published: Int, listed: Int, verdict: Bool?) async throws {
        #expect(try await passes(.volumeDrop) { ($0.publishedRows, $0.record.records) = (published, listed) } == verdict)
        #expect(BatchRule.volumeDrop.severity == .batch)
    }

    @Test(
        arguments: [
            (29, 100.0, 16, nil), (30, 2, 16, true), (30, 6, 16, true), (30, 6.1, 16, false), (30, 0.66, 16, false), (30, 0.67, 16, true), (365, 14, 0, false),
        ] as [(Int, Double, Int, Bool?)])
    func volumeUsual(days: Int, usual: Double, listed: Int, verdict: Bool?) async throws {
        #expect(try await passes(.volumeUsual) { ($0.usualDays, $0.usualPerDay, $0.record.listed) = (days, usual, listed) } == verdict)
        #expect(BatchRule.volumeUsual.severity == .warning)
    }

    @Test(arguments: [(0.0, true), (30, true), (30.9, true), (31, false), (400, false)])
    func freshness(days: Double, isPass: Bool) async throws {
        #expect(try await passes(.freshness, now: Self.now + days * 86_400) { _ in } == isPass)
        #expect(BatchRule.freshness.severity == .warning)
    }

    @Test func recordRulesReportWhatIsInQuarantine() async throws {
        var facts = try await facts()
        facts.rejectedByRule = ["distance-units": 2]
        let results = BatchRule.recordRules(facts)
        #expect(results.map(\.rule) == RecordRule.allCases.map(\.rawValue))
        #expect(results.filter { !$0.passed }.map { "\($0.rule) \($0.failed)" } == ["distance-units 2"])
    }
}
