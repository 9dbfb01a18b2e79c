import Foundation
import GRDB
import PerigeeTesting
import Testing

/// Every fault that the service can be told to make, at every third request of a year's back-fill.
@Suite(.serialized)
struct FaultTests {
    @Test(
        "A fault that passes is healed within the run: the year arrives whole",
        arguments: ["500html", "503empty", "429", "truncate", "stall", "reset"])
    func healed(kind: String) async throws {
        let replay = try await Replay(faults: ["\(kind)@3"])
        let place = try Workplace(service: replay.baseURL)
        let run = try await place.backfill("--idle-timeout", "1s")
        let stats = try await replay.stats()
        #expect(try #require(stats["fault_\(kind)"]) >= 15)
        #expect(try run["status"] == "succeeded")
        #expect(try run["requests.sent"] == #require(stats["feed"]))
        try await expectUndisturbed(place)
    }

    @Test(
        "A bad record goes to quarantine, and what NASA sends when asked again resolves it, even where the fault comes in turns"
    )
    func badRecord() async throws {
        let replay = try await Replay(faults: ["badrecord@3"])
        let place = try Workplace(service: replay.baseURL)
        let run = try await place.backfill()
        #expect(try #require(try await replay.stats()["fault_badrecord"]) >= 15)
        #expect(try run["rows.quarantined"] == 0)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_quarantine WHERE status = 'open'") == 0)
        #expect(
            try place.count(
                "SELECT COUNT(*) FROM nasa_neo_quarantine WHERE status = 'resolved' AND rule_name = 'field-type'") >= 15
        )
        let entry = try #require(
            try place.rows(
                "SELECT rule_name, path, value, raw_file FROM nasa_neo_quarantine ORDER BY quarantine_id LIMIT 1"
            ).first)
        #expect((entry["path"] as String).hasPrefix("$.near_earth_objects[\"2020-"))
        #expect((entry["path"] as String).hasSuffix("].absolute_magnitude_h"))
        #expect((entry["value"] as String).contains("bright"))
        #expect(try place.landed(entry["raw_file"]).count == 1)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        try await expectUndisturbed(place)
    }

    @Test(
        "What can't be healed is named, the rest is published, and a run without faults completes the year",
        arguments: ["garbage", "wrongtype"])
    func refused(kind: String) async throws {
        let faulty = try await Replay(faults: ["\(kind)@3"])
        let place = try Workplace(service: faulty.baseURL)
        let first = try await place.startBackfill().outcome()
        #expect(first.status == 65)
        let report = Answer(try first.json())
        let failures = try report.list("failures")
        #expect(failures.count == 15)
        #expect(try report["windows.published"] == 31)
        #expect(try report["windows.not_begun"] == 0)
        for failure in failures {
            let message: String = try failure["message"]
            let batch: String = try failure["batch"]
            let evidence: String = try failure["evidence"]
            #expect(message.contains(batch))
            #expect(
                message.contains(
                    kind == "garbage"
                        ? "not valid UTF-8 (byte 1, $)"
                        : "expected a whole number, found a string (byte 18, $.element_count)"))
            #expect(first.errors.contains(message))
            let next: String = try failure["next_step"]
            #expect(next.contains("run the same command again"))
            let kept = try place.bytes("\(Workplace.landing)/\(evidence)")
            #expect(
                kept
                    == Data(
                        kind == "garbage"
                            ? Array("\0".utf8) + [0xFF] + Array("{{{ not json".utf8)
                            : Array(#"{"element_count":"many","near_earth_objects":[1,2,3]}"#.utf8)))
        }
        #expect(Set(try failures.map { try $0["batch"] as String }).count == 15)
        #expect(Set(try place.records()).isSubset(of: Set(try await Replay.year.lines)))

        let honest = try await Replay()
        let second = try await place.backfill(service: honest.baseURL)
        #expect(try await honest.stats() == ["feed": 15])
        #expect(try second["windows.published"] == 15)
        #expect(try second["windows.skipped"] == 31)
        try await expectUndisturbed(place)
    }
}

/// The year is as if nothing had happened on the way.
func expectUndisturbed(_ place: Workplace, afterKill: Bool = false, sourceLocation: SourceLocation = #_sourceLocation)
    async throws
{
    #expect(try await place.records() == Replay.year.lines.sorted(), sourceLocation: sourceLocation)
    #expect(try await place.contentHash() == UndisturbedYear.shared.contentHash, sourceLocation: sourceLocation)
    #expect(try place.leftovers(afterKill: afterKill) == [], sourceLocation: sourceLocation)
}
