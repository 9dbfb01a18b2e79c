import NearEarth
import NeoWs
import PerigeeTesting
import Testing
import Transform

/// The service that tests revise: what it changes is coherent, and what it does not change keeps every digit.
@Suite("A revised service")
struct RevisedServiceTests {
    private static let from = "2020-02-03"
    private static let to = "2020-02-10"

    /// A service and one of its approaches.
    private func serve(_ revise: (_ id: String, _ day: String) -> [Revision]) async throws -> (
        before: NeoWsBody, after: EmbeddedEngine.Result, lone: [String]
    ) {
        let replay = try await Replay()
        let revised = try await RevisedService(of: replay.baseURL)
        let lone = try await Replay.loneApproach
        try await revised.revise(revise(lone[0], lone[11]))
        let body = try await revised.feed(Self.from, Self.to)
        return (try await Replay.week, try EmbeddedEngine.transform(BodyBuffer(Array(body))), lone)
    }

    /// The rows of one object left out.
    private func others(_ records: [String], _ id: String) -> [String] {
        records.filter { !$0.hasPrefix("\(id),") }.sorted()
    }

    @Test func withoutRevisionsItSaysTheSameBytes() async throws {
        let replay = try await Replay()
        let revised = try await RevisedService(of: replay.baseURL)
        #expect(try await revised.feed(Self.from, Self.to) == (try await replay.feed(Self.from, Self.to)))
        try await revised.revise(.clock(seconds: 60))
        #expect(try await revised.feed(Self.from, Self.to) == (try await replay.feed(Self.from, Self.to)))
        #expect(try await revised.asked().count == 2)
    }

    @Test func anObjectsRevisedFiguresAgreeWithEachOther() async throws {
        let (before, after, lone) = try await serve { id, day in
            [
                .distance(id, on: day, au: "0.1234567891"), .speed(id, kilometersPerSecond: "12.5"),
                .magnitude(id, "21.5"), .later(id, milliseconds: 1),
            ]
        }
        #expect(after.statement.rejected.isEmpty, "\(after.statement.rejected)")
        let row = try #require(after.approaches.first { $0.id == lone[0] })
        #expect(row.missDistanceAU == "0.1234567891")
        #expect(row.velocityKilometersPerSecond == "12.5")
        #expect(row.absoluteMagnitude == "21.5")
        #expect(others(after.approaches.map(\.record), lone[0]) == others(before.lines, lone[0]))
    }

    @Test func whatIsGoneIsNotListed() async throws {
        let (before, after, lone) = try await serve { id, _ in [.gone(id)] }
        #expect(after.statement.elementCount == before.count - 1)
        #expect(after.approaches.map(\.record).sorted() == others(before.lines, lone[0]))
    }

    @Test func whatIsAddedIsListed() async throws {
        let (before, after, _) = try await serve { _, _ in [.added(Sample.object(), on: "2020-02-03")] }
        #expect(after.statement.rejected.isEmpty, "\(after.statement.rejected)")
        #expect(after.statement.elementCount == before.count + 1)
        #expect(after.approaches.contains { $0.id == "3000001" })
    }

    @Test func aDayMayBeLeftOut() async throws {
        let (before, after, _) = try await serve { _, _ in [.unlisted("2020-02-05")] }
        #expect(after.statement.days.count == 7)
        #expect(after.statement.listed == before.rows.count { $0[11] != "2020-02-05" })
    }

    @Test func aLookupIsRevisedAsItsFeedIs() async throws {
        let replay = try await Replay()
        let (id, day) = (try await Replay.loneApproach[0], try await Replay.loneApproach[11])
        let revised = try await RevisedService(
            of: replay.baseURL, .distance(id, on: day, au: "0.5"), .answer("/neo/1", as: "/neo/\(id)"))
        for path in [id, "1"] {
            let (_, body) = try await Web.get("\(revised.baseURL)/neo/\(path)", headers: ["X-Api-Key": "ANOTHER_KEY"])
            let statement = try EmbeddedEngine.transform(BodyBuffer(Array(body))).statement
            #expect(statement.spkID == id)
            #expect(
                statement.rows.approaches.first { "\($0.observationDate)" == day && $0.orbitingBody == "Earth" }?
                    .missDistanceAU == "0.5")
        }
    }
}
