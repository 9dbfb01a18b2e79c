import Foundation
import NearEarth
import NeoWs
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

    /// An answer to a batch, received at `now`.
    private func facts(_ batch: Batch, _ statement: Statement) -> AuditFacts {
        AuditFacts(
            observation: Observation(
                batch: batch,
                stamp: Stamp(
                    service: nil, received: Timestamp.milliseconds(Self.now), sha256: String(repeating: "0", count: 64)),
                file: "raw.json", revision: 1, bytes: 1, requestID: "r", service: "test", isSimulated: false),
            statement: statement)
    }

    /// A sound week of two objects a day; each test spoils something.
    private func week() -> AuditFacts {
        let noon = Int64(12 * 3_600_000)
        let listing = window.days.map { day in
            let (year, month, number) = day.components
            let full = "\(year)-\(["Jan", "Feb"][month - 1])-\(number < 10 ? "0" : "")\(number) 12:00"
            let objects = (1...2).map { id in
                Sample.object(
                    id: "\(id)", date: "\(day)", epoch: Int64(day.daysSinceEpoch) * 86_400_000 + noon, full: full)
            }
            return (day: "\(day)", objects: objects)
        }
        return facts(.feed(window), (try? said(Sample.feed(listing))) ?? Statement())
    }

    private func said(_ body: String) throws -> Statement {
        try EmbeddedEngine.transform(.init(Array(body.utf8))).statement
    }

    private func check(_ rule: BatchRule, now: Date = now, _ change: (inout AuditFacts) throws -> Void) throws -> Bool?
    {
        var facts = week()
        try change(&facts)
        return check(rule, facts, now: now)
    }

    private func check(_ rule: BatchRule, _ facts: AuditFacts, now: Date = now) -> Bool? {
        let result = rule.check(facts, now: now)
        if let result {
            #expect(result.rule == rule.rawValue)
            #expect(result.severity == rule.severity)
            #expect(result.passed == (result.failed == 0))
            #expect(result.passed == result.detail.isEmpty)
        }
        return result?.passed
    }

    @Test func aSoundWeekPassesAllThatApply() {
        let facts = week()
        #expect(facts.statement.rows.count == 16)
        for rule in BatchRule.allCases { #expect(rule.check(facts, now: Self.now)?.passed ?? true, "\(rule)") }
    }

    @Test func warningsStopNothing() {
        #expect(BatchRule.allCases.filter { $0.severity == .warning } == [.windowComplete, .volumeUsual, .freshness])
        #expect(BatchRule.allCases.filter { $0.severity == .record }.isEmpty)
    }

    // MARK: Whether it answers what was asked

    @Test func aLookupIsOfTheObjectThatWasAskedFor() throws {
        let lookup = try said(try Sample.lookup(id: "2099942"))
        #expect(check(.answersRequest, facts(.lookup(spkID: "2099942"), lookup)) == true)
        #expect(check(.answersRequest, facts(.lookup(spkID: "2099943"), lookup)) == false)
    }

    @Test func anEmptyLookupAnswersToo() throws {
        let empty = try said(try Sample.object().changing("[\(Sample.approach())]", to: "[]"))
        #expect(check(.answersRequest, facts(.lookup(spkID: "3000001"), empty)) == true)
    }

    @Test func aPageIsThePageThatWasAskedFor() throws {
        let page = try said(Sample.browse([Sample.object()], page: 3, pages: 7))
        #expect(check(.answersRequest, facts(.browse(page: 3), page)) == true)
        #expect(check(.answersRequest, facts(.browse(page: 4), page)) == false)
    }

    @Test func anAnswerOfAnotherKindIsNone() throws {
        let answers = [
            (Batch.feed(window), week().statement), (.lookup(spkID: "3000001"), try said(Sample.object())),
            (.browse(page: 0), try said(Sample.browse([Sample.object()]))),
        ]
        for (index, asked) in answers.enumerated() {
            for (other, answered) in answers.enumerated() {
                #expect(
                    check(.answersRequest, facts(asked.0, answered.1)) == (index == other),
                    "\(asked.0) answered with \(answered.1.kind)")
            }
        }
    }

    @Test func whatElseCameIsSaid() throws {
        let other = facts(.lookup(spkID: "1"), try said(Sample.object()))
        #expect(BatchRule.answersRequest.check(other, now: Self.now)?.detail == "asked for 1, answered with 3000001")
    }

    // MARK: Whether it is whole

    @Test func elementCountIsWhatIsListed() throws {
        #expect(try check(.elementCount) { _ in } == true)
        #expect(try check(.elementCount) { $0.statement.elementCount = 17 } == false)
        #expect(try check(.elementCount) { $0.statement.listed = 17 } == false)
        #expect(try check(.elementCount) { $0.statement.elementCount = .min } == false)
        #expect(try check(.elementCount) { $0.statement.elementCount = nil } == nil)
    }

    @Test func noApproachOccursTwice() throws {
        let twice = facts(.feed(window), try said(Sample.day(Sample.object(), Sample.object(id: "7"), Sample.object())))
        #expect(check(.keyUnique, twice) == false)
        #expect(BatchRule.keyUnique.check(twice, now: Self.now)?.failed == 1)
        #expect(
            BatchRule.keyUnique.check(twice, now: Self.now)?.detail
                == "(SPK-ID, body, date) occurs more than once: 3000001 Earth 2020-02-03 (2 times)")
    }

    @Test func nothingLiesOutsideOfTheWindow() throws {
        #expect(try check(.windowBounds) { _ in } == true)
        #expect(
            try check(.windowBounds) { $0.statement.days.append(.init(date: window.to.adding(days: 1), listed: 0)) }
                == false)
        #expect(
            try check(.windowBounds) { $0.statement.days.append(.init(date: window.from.adding(days: -1), listed: 3)) }
                == false)
        #expect(check(.windowBounds, facts(.lookup(spkID: "3000001"), try said(Sample.object()))) == nil)
    }

    @Test func everyDayIsListed() throws {
        #expect(try check(.windowComplete) { _ in } == true)
        #expect(try check(.windowComplete) { $0.statement.days.removeFirst() } == false)
        #expect(try check(.windowComplete) { $0.statement.days[3].listed = 0 } == true)
    }

    @Test(arguments: [
        (0, 16, true), (5, 5, true), (5, 1, true), (6, 60, true), (6, 59, false), (10, 100, true), (11, 100, false),
        (6, 6, false),
    ])
    func atMostATenthIsInQuarantine(rejected: Int, records: Int, isPass: Bool) throws {
        #expect(
            try check(.quarantineShare) { ($0.statement.rejectedRecords, $0.statement.records) = (rejected, records) }
                == isPass)
    }

    // MARK: What it takes back

    /// More than half of three rows or more is too much.
    @Test(
        arguments: [
            (0, 0, true), (1, 1, true), (2, 2, true), (3, 1, true), (3, 2, false), (3, 3, false), (4, 2, true),
            (4, 3, false), (19, 9, true), (19, 10, false),
            (100, 50, true), (100, 51, false),
        ])
    func atMostHalfIsTakenBackUnlessItIsLittle(published: Int, takenBack: Int, isPass: Bool) throws {
        #expect(try check(.volumeDrop) { ($0.publishedRows, $0.takenBack) = (published, takenBack) } == isPass)
    }

    @Test func whatWouldGoIsSaid() throws {
        var facts = week()
        (facts.publishedRows, facts.takenBack, facts.examples) = (3, 3, ["1 Earth 2020-02-03", "2 Earth 2020-02-03"])
        #expect(
            BatchRule.volumeDrop.check(facts, now: Self.now)?.detail
                == "3 of 3 published approaches would go: 1 Earth 2020-02-03, 2 Earth 2020-02-03, ...")
    }

    @Test func whatWasRefusedForThatStaysRefused() throws {
        var facts = week()
        facts.earlierRefusal = "volume-drop: 3 of 3 published approaches would go: x"
        #expect(check(.volumeDrop, facts) == false)
        #expect(BatchRule.volumeDrop.check(facts, now: Self.now)?.detail == "3 of 3 published approaches would go: x")
    }

    @Test func onlyWhatTakesBackTooMuchMayBeAccepted() throws {
        var facts = week()
        (facts.publishedRows, facts.takenBack) = (3, 3)
        #expect(BatchRule.areAcceptable(BatchRule.results(facts)))
        facts.statement.elementCount = 17
        #expect(!BatchRule.areAcceptable(BatchRule.results(facts)))
        #expect(!BatchRule.areAcceptable(BatchRule.results(week())))
    }

    // MARK: Whether it is usual and fresh

    @Test(
        arguments: [
            (29, 100.0, 16, nil), (30, 2, 16, true), (30, 6, 16, true), (30, 6.1, 16, false), (30, 0.66, 16, false),
            (30, 0.67, 16, true), (365, 14, 0, false),
        ] as [(Int, Double, Int, Bool?)])
    func theVolumeIsUsual(days: Int, usual: Double, listed: Int, verdict: Bool?) throws {
        #expect(
            try check(.volumeUsual) { ($0.usualDays, $0.usualPerDay, $0.statement.listed) = (days, usual, listed) }
                == verdict)
    }

    @Test(arguments: [(0.0, true), (30, true), (30.9, true), (31, false), (400, false)])
    func theBodyIsFresh(days: Double, isPass: Bool) throws {
        #expect(try check(.freshness, now: Self.now + days * 86_400) { _ in } == isPass)
    }

    // MARK: Record rules

    @Test func whatIsInQuarantineIsCountedByRule() throws {
        let bad = try Sample.object(id: "8").changing("36000.0000000000", to: "36000.1").changing(
            "38.9000000000", to: "38.91")
        let other = try Sample.object().changing("38.9000000000", to: "1")
        let results = BatchRule.results(facts(.feed(window), try said(Sample.day(Sample.object(), bad, other))))
        let byRule = results.filter { $0.severity == .record }
        #expect(byRule.map(\.rule) == RecordRule.allCases.map(\.rawValue))
        #expect(
            byRule.filter { !$0.passed }.map { "\($0.rule) \($0.failed) of \($0.checked)" } == [
                "distance-units 2 of 3", "velocity-units 1 of 3",
            ])
    }
}
