import Foundation
import NearEarth
import PerigeeTesting
import Testing
import Warehouse

@Suite("Store: content is a function of the evidence, not of the order in which it comes")
struct FoldTests {
    /// A log: answers of feeds, lookups and pages about a few objects on a few days, some with records that can't be
    /// read.
    private static func log(_ random: inout SeededRandom) -> [JudgedStatement] {
        (0..<(3 + random.below(8))).map { number in
            var statement: Statement
            let batch: Batch
            func row(_ id: Int, _ day: Int, _ body: String = "Earth") -> CloseApproach {
                Given.row("\(3_000_001 + id)", "2020-02-0\(3 + day)", km: ["1.5", "2.5"][random.below(2)], body: body)
            }
            func orbit(_ id: Int) -> ObjectOrbit {
                ObjectOrbit(
                    id: "\(3_000_001 + id)", name: "x", designation: nil,
                    elements: ["eccentricity": ["0.1", "0.2"][random.below(2)]])
            }
            switch random.below(5) {
            case 0...2:
                let (first, last) = [(0, 3), (0, 1), (2, 3), (1, 1)][random.below(4)]
                batch = Given.feed("2020-02-0\(3 + first)", "2020-02-0\(3 + last)")
                let rows = (first...last).flatMap { day in
                    (0..<3).filter { _ in random.below(3) > 0 }.map { row($0, day) }
                }
                statement = Given.statement(batch, rows)
                // A feed may leave days out.
                if random.below(4) == 0 {
                    statement.days.removeAll { day in !rows.contains { $0.observationDate == day.date } }
                }
            case 3:
                let id = random.below(3)
                batch = .lookup(spkID: "\(3_000_001 + id)")
                let rows =
                    (0..<4).filter { _ in random.below(2) == 0 }.map { row(id, $0) }
                    + (random.below(2) == 0 ? [row(id, 0, "Venus")] : [])
                statement = Given.statement(batch, rows, orbits: random.below(2) == 0 ? [orbit(id)] : [])
            default:
                batch = .browse(page: random.below(2))
                let ids = [[0, 1], [1, 2]][random.below(2)]
                statement = Given.statement(
                    batch, ids.flatMap { id in (0..<4).filter { _ in random.below(2) == 0 }.map { row(id, $0) } })
                statement.objects = ids.map { "\(3_000_001 + $0)" }
                statement.orbits = ids.filter { _ in random.below(2) == 0 }.map(orbit)
            }
            switch random.below(6) {
            case 0: statement.unreadable.ids = ["\(3_000_001 + random.below(3))"]
            case 1 where random.below(2) == 0: statement.unreadable.hasAnonymous = true
            default: break
            }
            // Two answers may bear the same time.
            let service = 1_700_000_000_000 + Int64(random.below(12)) * 1000
            let received = 1_700_000_100_000 + Int64(random.below(3)) * 1000
            let digest = String("\(number)" + String(repeating: "0", count: 64)).prefix(64)
            let observation = Observation(
                batch: batch, stamp: Stamp(service: service, received: received, sha256: String(digest)),
                file: "raw-\(number).json", revision: 1, bytes: 1,
                requestID: "", service: "test", isSimulated: false)
            return JudgedStatement(
                observation: observation, statement: statement, processedFile: "",
                judgment: Judgment(
                    Verdict(rules: 1, isAccepted: true, recordedAt: Date(timeIntervalSince1970: 1_700_000_200))),
                results: [])
        }
    }

    /// What a store holds once these have come in this order, some of them two in one publication, some twice.
    private static func content(_ log: [JudgedStatement], _ random: inout SeededRandom) async throws -> [[String?]] {
        let scene = try await Scene(.sqlite)
        var rest = log[...]
        while let first = rest.popFirst() {
            var group = [first]
            while let next = rest.first, next.observation.batch == first.observation.batch {
                group.append(rest.removeFirst()); if next.observation == first.observation { break }
            }
            group.sort { $0.observation.stamp < $1.observation.stamp }
            for _ in 0...(random.below(4) == 0 ? 1 : 0) {
                let run = try await scene.begin()
                _ = try await scene.claim(first.observation.batch, run)
                _ = try await scene.store.publish([group], by: run, checkpointLimit: nil)
            }
        }
        let columns =
            "id, orbiting_body, observation_date, source_record, source, batch_date, first_seen, observation_id, feed_observation_id, last_seen"
        let rows =
            try await scene.query("SELECT 'live', \(columns), '', '', '' FROM nasa_neo_seen ORDER BY 2, 3, 4")
            + scene.query(
                "SELECT 'history', \(columns), change_kind, superseded_at, superseded_by FROM nasa_neo_history ORDER BY 2, 3, 4, 9"
            )
            + scene.query(
                "SELECT 'orbit', id, source_record, updated_at, observation_id FROM nasa_neo_orbits ORDER BY 2")
            + scene.query(
                "SELECT 'orbits', id, source_record, updated_at, observation_id, last_seen, superseded_at, superseded_by FROM nasa_neo_orbits_history ORDER BY 2, 5"
            )
        await scene.store.close()
        return rows
    }

    @Test("Random logs in random orders of arrival end in one content and one history", arguments: 1...40)
    func anyOrder(seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        let log = Self.log(&random)
        let expected = try await Self.content(log.sorted { $0.observation.stamp < $1.observation.stamp }, &random)
        for _ in 0..<4 {
            let shuffled = log.shuffled(using: &random)
            let found = try await Self.content(shuffled, &random)
            #expect(found == expected, "seed \(seed), order \(shuffled.map(\.observation.file))")
        }
    }
}
