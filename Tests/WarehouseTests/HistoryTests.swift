import Foundation
import NearEarth
import PerigeeTesting
import Testing
import Warehouse

@Suite("Store: what changed, and what was published earlier")
struct HistoryTests {
    private static let windows = [
        Given.feed("2020-02-03", "2020-02-05"), Given.feed("2020-02-05", "2020-02-08"),
        Given.feed("2020-02-09", "2020-02-10"),
    ]

    /// What a store held after a run, and when that was.
    private struct Moment {
        var at: Date
        var hash: String
        var rows: [ApproachKey: CloseApproach]
    }

    /// A year of answers, some of them late, some with records that can't be read; what is held after each.
    private func year(_ scene: Scene, runs: Int, seed: UInt64) async throws -> [Moment] {
        var random = SeededRandom(seed: seed)
        var moments: [Moment] = []
        for run in 0..<runs {
            // Now and then a clock is set back, or another machine's is behind.
            scene.clock.advance(random.below(8) == 0 ? -9000 : 3600)
            let isLookup = random.below(4) == 0
            let id = "\(1 + random.below(3))"
            let batch = isLookup ? Batch.lookup(spkID: id) : Self.windows[random.below(3)]
            var rows: [ApproachKey: CloseApproach] = [:]
            for _ in 0..<random.below(7) {
                let day =
                    batch.window.map { $0.days[random.below($0.days.count)] }
                    ?? Given.day("2020-02-0\(3 + random.below(7))")
                let row = Given.row(
                    isLookup ? id : "\(1 + random.below(4))", "\(day)", km: "\(1 + random.below(3))00000.5",
                    body: isLookup && random.below(2) == 0 ? "Venus" : "Earth")
                rows[ApproachKey(id: row.id, orbitingBody: row.orbitingBody, date: day)] = row
            }
            let rejected = random.below(6) == 0 ? [Given.rejected("\(1 + random.below(4))")] : []
            let orbits =
                isLookup && random.below(2) == 0 ? [Self.orbit(id, eccentricity: "0.\(1 + random.below(2))")] : []
            var item = scene.judged(
                Given.statement(batch, Array(rows.values), rejected: rejected, orbits: orbits), of: batch,
                body: "\(run)-")
            // Every fifth answer comes late: up to twenty answers were given after it.
            if random.below(5) == 0 {
                item.observation.stamp.service -= Int64(random.below(20)) * 3_600_000 + 1800_000
            }
            let number = try await scene.begin()
            _ = try await scene.claim(batch, number)
            _ = try await scene.store.publish([[item]], by: number, checkpointLimit: nil)
            try await scene.finish(number)
            let ended = try #require(try await scene.store.run(number)?.finishedAt)
            let held = try await scene.store.approaches(ApproachQuery()).map(\.approach)
            moments.append(
                Moment(
                    at: ended, hash: try await scene.store.contentHash(),
                    rows: Dictionary(held.map { (Self.key($0), $0) }, uniquingKeysWith: { $1 })))
        }
        return moments
    }

    private static func orbit(_ id: String, eccentricity: String) -> ObjectOrbit {
        ObjectOrbit(id: id, name: "(\(id))", designation: nil, elements: ["eccentricity": eccentricity])
    }

    private static func key(_ row: CloseApproach) -> ApproachKey {
        ApproachKey(id: row.id, orbitingBody: row.orbitingBody, date: row.observationDate)
    }

    @Test(arguments: StoreKind.all)
    func changesTurnOneRunsRowsIntoTheOthers(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let moments = try await year(scene, runs: 200, seed: 14)
        for moment in moments {
            #expect(try await scene.store.contentHash(asOf: .published(by: moment.at)) == moment.hash)
        }
        var random = SeededRandom(seed: 15)
        var kinds = Set<ApproachChange.Kind>()
        for _ in 0..<60 {
            let ends = [random.below(moments.count), random.below(moments.count)].sorted()
            let (from, to) = (moments[ends[0]], moments[ends[1]])
            var rows = from.rows
            for change in try await scene.store.changes(after: from.at, upTo: to.at).changes.reversed() {
                kinds.insert(change.kind)
                if let before = change.before {
                    #expect(rows.removeValue(forKey: Self.key(before)) == before)
                }
                if let after = change.after { rows[Self.key(after)] = after }
            }
            #expect(rows == to.rows)
        }
        #expect(kinds == Set(ApproachChange.Kind.allCases))
    }

    @Test("What was told up to an end stays so, however many publish at the same time", arguments: StoreKind.all)
    func toldEndsStay(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let told = try await withThrowingTaskGroup(of: [(until: Date, count: Int)].self) { group in
            let windows = [("2020-02-03", "2020-02-05"), ("2020-02-06", "2020-02-08"), ("2020-02-09", "2020-02-10")]
            for (writer, days) in windows.enumerated() {
                let window = Given.feed(days.0, days.1)
                group.addTask {
                    for number in 0..<12 {
                        // Each sees another clock.
                        scene.clock.advance([-4, 1, 3][(writer + number) % 3])
                        let row = Given.row(
                            "\(writer)", "2020-02-\(["04", "07", "09"][writer])", km: "\(number + 1)00000.5")
                        let item = scene.judged(
                            Given.statement(window, [row]), of: window, body: "\(writer)\(number)-")
                        let run = try await scene.begin()
                        _ = try await scene.claim(window, run)
                        _ = try await scene.store.publish([[item]], by: run, checkpointLimit: nil)
                        try await scene.finish(run)
                    }
                    return []
                }
            }
            group.addTask {
                var told: [(until: Date, count: Int)] = []
                for _ in 0..<30 {
                    let list = try await scene.store.changes(after: .distantPast)
                    told.append((list.until, list.changes.count))
                }
                return told
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for (until, count) in told {
            #expect(try await scene.store.changes(after: .distantPast, upTo: until).changes.count == count)
        }
    }

    @Test(arguments: StoreKind.all)
    func thereAndBackAgainIsTwoChanges(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        for (body, km) in [("a", "100.5"), ("b", "200.5"), ("c", "100.5")] {
            try await scene.publish([Given.row("1", "2020-02-03", km: km)], of: Given.week, body: body)
        }
        let changes = try await scene.store.changes(after: .distantPast, upTo: scene.clock.now).changes
        #expect(changes.map(\.kind) == [.revised, .revised, .new])
        #expect(changes.map { $0.after?.missDistanceKilometers } == ["100.5", "200.5", "100.5"])
        #expect(changes.map { $0.before?.missDistanceKilometers } == ["200.5", "100.5", nil])
        #expect(changes.map(\.run) == [3, 2, 1])
    }

    @Test(arguments: StoreKind.all)
    func anotherDayOfOnePassIsAMove(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(
            [Given.row("1", "2020-02-03"), Given.row("2", "2020-02-04")], of: Given.week, body: "a")
        try await scene.publish(
            [Given.row("1", "2020-02-05"), Given.row("3", "2020-02-04")], of: Given.week, body: "b")
        let changes = try await scene.store.changes(
            after: scene.clock.now.addingTimeInterval(-60), upTo: scene.clock.now
        ).changes
        #expect(changes.map(\.kind) == [.retired, .new, .moved])
        #expect(changes.last?.before?.observationDate == Given.day("2020-02-03"))
        #expect(changes.last?.after?.observationDate == Given.day("2020-02-05"))
    }

    @Test(arguments: StoreKind.all)
    func whatWasSaidByThenNeedsNoPublicationThen(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03", km: "1.5")], of: Given.week, body: "a")
        let (early, hash) = (scene.clock.now, try await scene.store.contentHash())
        try await scene.publish([Given.row("1", "2020-02-03", km: "2.5")], of: Given.week, body: "b")
        #expect(try await scene.store.contentHash(asOf: .said(by: early)) == hash)
        #expect(try await scene.store.contentHash(asOf: .said(by: early)) != scene.store.contentHash())
        let before = early.addingTimeInterval(-7200)
        #expect(
            try await scene.store.contentHash(asOf: .said(by: before))
                == scene.store.contentHash(asOf: .published(by: before)))
    }
}
