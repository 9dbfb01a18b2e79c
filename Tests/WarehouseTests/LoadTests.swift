import Foundation
import NearEarth
import Testing
import Warehouse

/// Staging, audit and publication of a group in one transaction end as the three one by one do, whichever way the rows take.
@Suite("Store: a group is loaded at once")
struct LoadTests {
    private static let first = Given.feed("2020-02-03", "2020-02-10")
    private static let second = Given.feed("2020-02-11", "2020-02-17")

    private func staged(_ scene: Scene, _ rows: [CloseApproach], _ batch: Batch, body: String) -> StagedBatch {
        let days = Dictionary(grouping: rows, by: \.observationDate).map { StagedBatch.ListedDay(date: $0.key, listed: $0.value.count) }
        return StagedBatch(
            batch: batch, landed: scene.landed(body), processedFile: "processed-\(body).csv", elementCount: rows.count, listed: rows.count, records: rows.count,
            rejectedRecords: 0, days: days.sorted { $0.date < $1.date }, rows: ApproachRows(rows, source: batch.source), orbits: [], quarantined: [])
    }

    /// Loads a group in a run of its own. A batch with keys twice or rows outside is refused, as by the pipeline's rules.
    private func load(_ scene: Scene, _ group: [(Batch, [CloseApproach])], body: String) async throws -> [LoadedBatch] {
        scene.clock.advance(3600)
        let run = try await scene.begin()
        for (batch, _) in group { try await scene.claim(batch, run) }
        let staged = group.map { batch, rows in self.staged(scene, rows, batch, body: body + batch.name.suffix(2)) }
        let loaded = try await scene.store.load(staged, by: run, movesCheckpoint: true) { facts in
            let failed = facts.duplicates.count + facts.outsideWindow
            return [
                QualityResult(rule: "rows", severity: .batch, passed: failed == 0, checked: facts.stagedRows, failed: failed, detail: "\(facts.duplicates)")
            ]
        }
        try await scene.finish(run)
        return loaded
    }

    private static let rows = [
        Given.row("7", "2020-02-03"), Given.row("7", "2020-02-05"), Given.row("2", "2020-02-10", h: nil, name: "tab\tand \\N"),
        Given.row("3", "2020-02-04", body: "Moon"),
    ]
    private static let later = [Given.row("2", "2020-02-12"), Given.row("9", "2020-02-17", sentry: nil)]

    @Test(arguments: StoreKind.all)
    func newsEndAsStageByStage(_ kind: StoreKind) async throws {
        let (together, apart) = (try await Scene(kind), try await Scene(kind))
        let loaded = try await load(together, [(Self.first, Self.rows), (Self.second, Self.later)], body: "a")
        #expect(loaded.map { $0.counts?.inserted } == [4, 2])
        try await apart.publish(Self.rows, of: Self.first, body: "a")
        try await apart.publish(Self.later, of: Self.second, body: "a")
        #expect(try await together.store.contentHash() == (try await apart.store.contentHash()))
        #expect(try await together.published().mapValues(\.approach) == (try await apart.published().mapValues(\.approach)))
        #expect(try await together.count("SELECT COUNT(*) FROM perigee_days WHERE listed > 0") == 6)
        #expect(try await together.store.summary().checkpoint == Given.day("2020-02-17"))
    }

    @Test(arguments: StoreKind.all)
    func aRefusedOneWaitsInStagingAndTheOthersAreThere(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let outside = [Given.row("1", "2020-02-12"), Given.row("2", "2020-03-01")]
        let loaded = try await load(scene, [(Self.first, Self.rows), (Self.second, outside)], body: "a")
        #expect(loaded.map { $0.counts?.inserted } == [4, nil])
        #expect(try await scene.published().count == 4)
        #expect(try await scene.count("SELECT COUNT(*) FROM perigee_staging") == 2)
        #expect(try await scene.store.batch(Self.second)?.state == .refused)

        // The same where a key is there twice.
        let twice = try await load(scene, [(Self.second, Self.later + [Given.row("9", "2020-02-17", km: "1.0")])], body: "b")
        #expect(twice[0].counts == nil && twice[0].results[0].detail.contains("2 times"))
        let mended = try await load(scene, [(Self.second, Self.later)], body: "c")
        #expect(mended[0].counts?.inserted == 2)
        #expect(try await scene.count("SELECT COUNT(*) FROM perigee_staging") == 0)
        #expect(try await scene.published().count == 6)
    }

    @Test(arguments: StoreKind.all)
    func whatIsKnownIsCompared(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        _ = try await load(scene, [(Self.first, Self.rows)], body: "a")
        let changed = [Given.row("7", "2020-02-03", km: "1.0"), Self.rows[1], Self.rows[2], Given.row("8", "2020-02-06")]
        let loaded = try await load(scene, [(Self.first, changed), (Self.second, Self.later)], body: "b")
        let counts = try #require(loaded[0].counts)
        #expect((counts.inserted, counts.revised, counts.retired, counts.unchanged) == (1, 1, 1, 2))
        #expect(loaded[1].counts?.inserted == 2)
        // A retired one that comes back keeps when it was first seen.
        let seen = try await scene.query("SELECT first_seen FROM nasa_neo_history WHERE change_kind = 'retired'")
        _ = try await load(scene, [(Self.first, changed + [Self.rows[3]])], body: "c")
        #expect(try await scene.query("SELECT first_seen FROM nasa_neo_data WHERE id = '3'") == seen)
    }

    @Test("Numbers of every length are in the database as they stand in the body", arguments: StoreKind.all)
    func digits(_ kind: StoreKind) async throws {
        let plain = [
            "0", "0.0", "0.000001", "0.0001", "0.00012", "1", "12.5", "999.9", "9999", "10000", "10000.00001", "100000000.000001", "12345678901234.987654",
            "-0.5", "-12345.678901", "00012.50", "99999999999999.999999",
        ]
        let scene = try await Scene(kind)
        // With an exponent, rows take another way into PostgreSQL.
        for (batch, distances) in [(Self.first, plain), (Self.second, plain + ["1.5E3"])] {
            let day = try #require(batch.window?.from)
            let rows = distances.enumerated().map { Given.row("\($0.offset)", "\(day)", km: $0.element) }
            #expect(try await load(scene, [(batch, rows)], body: "a\(day)")[0].counts?.inserted == distances.count)
            let found = try await scene.query("SELECT id, miss_distance_km FROM nasa_neo_data WHERE observation_date = '\(day)'")
            #expect(found.count == distances.count)
            for row in found {
                let (index, text) = (try #require(row[0].flatMap { Int($0) }), try #require(row[1]))
                // SQLite has the nearest Double, the servers all digits.
                let isSame =
                    kind.testDescription == "sqlite" ? Double(text) == Double(distances[index]) : Decimal(string: text) == Decimal(string: distances[index])
                #expect(isSame, "\(distances[index]) became \(text)")
            }
        }
    }

    @Test("Another run's lookup of the same approaches at the same time: each is there once, and the feed's", arguments: StoreKind.all)
    func aLookupAtTheSameTime(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let weeks = 12
        for week in 0..<weeks {
            let window = DateWindow(from: Given.day("2020-02-03").adding(days: 8 * week), to: Given.day("2020-02-10").adding(days: 8 * week))
            let rows = (0..<40).map { Given.row("\(week * 100 + $0)", "\(window.days[$0 % 8])") }
            async let fed = load(scene, [(.feed(window), rows)], body: "f\(week)")
            async let looked: [PublishCounts] = {
                var counts: [PublishCounts] = []
                for row in rows.prefix(3).reversed() { counts.append(try await scene.publish([row], of: .lookup(spkID: row.id), body: "l\(week)")) }
                return counts
            }()
            _ = try await (fed, looked)
        }
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_data WHERE source = 'feed'") == 40 * weeks)
        #expect(try await scene.count("SELECT COUNT(*) FROM nasa_neo_data") == 40 * weeks)
    }
}
