import Foundation
import PerigeeTesting
import Testing

/// The commands that tell what changed, what was known earlier, and what is coming.
@Suite
struct HistoryCommandTests {
    private static let week = ["--from", "2020-02-03", "--to", "2020-02-10"]

    @Test("What NASA changed is told once, with both values; as of the run before, nothing is changed")
    func changes() async throws {
        let replay = try await Replay()
        let revised = try await RevisedService(of: replay.baseURL)
        let place = try Workplace(service: revised.baseURL)
        func run(_ more: String...) async throws {
            let outcome = try await Program.run(
                ["run"] + Self.week + more, in: place.folder.path, environment: place.environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try await run()
        let rows = try await place.json("approaches").list("approaches")
        let before = try await place.approaches()
        let (moved, gone) = (rows[3], rows[5])
        let (id, day): (String, String) = (try moved["id"], try moved["observation_date"])
        let firstHash = try await place.contentHash()
        try await revised.revise(
            .distance(id, on: day, au: "0.0300000000"), .gone(try gone["id"], on: try gone["observation_date"]))
        try await run("--refresh")

        let changes = try await place.json("changes", "--since", "1").list("changes")
        #expect(try Set(changes.map { try $0["kind"] as String }) == ["revised", "retired"])
        #expect(changes.count == 2)
        let change = try #require(try changes.first { try $0["kind"] == "revised" })
        #expect(try change["id"] == id)
        #expect(try change["run"] == 2)
        let oldKilometers = try #require(before[3]["miss_distance_km"]?.text)
        #expect(try change["differences.miss_distance_km.old"] == oldKilometers)
        let shift: Double = try change["shift.miss_distance_km"]
        #expect(abs(shift - (0.03 * 149_597_870 - (Double(oldKilometers) ?? 0))) < 1)
        let lunarShift = abs(shift) / 384_570
        let file: String = try change["file"]
        #expect(try place.landed(file) == [file])
        for (options, count) in [
            (["--kind", "retired"], 1), (["--kind", "new"], 0), (["--object", id], 1), (["--until", "1"], 0),
            (["--limit", "1"], 1),
            (["--min-shift", "\(lunarShift - 0.001)"], 1), (["--min-shift", "\(lunarShift + 0.001)"], 0),
        ] {
            let outcome = try await Program.run(
                ["changes", "--since", "1", "--json"] + options, in: place.folder.path, environment: place.environment)
            #expect(try Answer(outcome.json()).list("changes").count == count, "\(options)")
        }
        let lines = try await place.perigee("changes", "--since", "1", "--csv").output.components(separatedBy: "\r\n")
        #expect(lines.count == 4 && lines[3].isEmpty)
        let head = lines[0].split(separator: ",").map(String.init)
        let line = try #require(lines.first { $0.hasPrefix("revised") }).components(separatedBy: ",")
        #expect(line.count == head.count)
        #expect(try line[#require(head.firstIndex(of: "old_miss_distance_km"))] == oldKilometers)
        #expect(try line[#require(head.firstIndex(of: "id"))] == id)
        let text = try await place.perigee("changes", "--since", "1").output
        #expect(text.contains("2 changes"))
        #expect(text.contains("revised"))

        #expect(try await place.contentHash() != firstHash)
        let earlier = try await place.json("status", "--as-of", "1")
        #expect(try earlier["content_hash"] == firstHash)
        #expect(try earlier["approaches"] == rows.count)
        let asOf = try await place.approaches(["--as-of", "1"])
        func digits(_ rows: [StrictJSON.Value]) -> [String] {
            rows.map { row in ["id", "miss_distance_km", "run"].map { row[$0]?.text ?? "" }.joined(separator: " ") }
                .sorted()
        }
        #expect(digits(asOf) == digits(before))
        let versions = try await place.json("object", id).list("approaches")
            .first { try $0["observation_date"] == day }?.list("versions")
        #expect(try versions?.map { try $0["since.run"] as Int } == [1, 2])
        #expect(try versions?[0]["ended_kind"] == "revised")
        #expect(try await place.json("object", id, "--as-of", "1").list("approaches").count >= 1)
    }

    @Test("Moments that are none, runs and objects that are not there end with 64 and say what to give")
    func wrong() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-05")
        for arguments in [
            ["changes", "--since", "soon"], ["changes", "--since", "9"], ["changes", "--since", "1h", "--until", "2h"],
            ["approaches", "--as-of", "9"], ["status", "--as-of", "2020-02-30"], ["object", "1"],
        ] {
            let outcome = try await Program.run(arguments, in: place.folder.path, environment: place.environment)
            #expect(outcome.status == 64, "\(arguments)")
            #expect(outcome.errors.contains("next: "), "\(arguments)")
        }
    }

    @Test("Ahead: coming days are asked for and shown, the soonest first, and the checkpoint stays at today")
    func ahead() async throws {
        let simulator = try Program.start(["simulate", "--port", "0"], in: NSTemporaryDirectory())
        let place = try Workplace(service: try await simulator.firstLine())
        let today = String(Date().formatted(.iso8601).prefix(10))
        _ = try await place.json("run")
        let without = try await place.perigee("next", "--days", "20")
        #expect(without.status == 0)
        #expect(without.errors.contains("20 of these 21 days are not in the store"))
        _ = try await place.json("run", "--ahead", "20")
        #expect(try await place.json("status", "--hash")["summary.checkpoint"] == today)
        let next = try await place.json("next", "--days", "20", "--limit", "1000")
        #expect(try next["missing_days"] as [String] == [])
        let coming = try next.list("approaches")
        let seconds = try coming.map { try $0["seconds_to_go"] as Int }
        #expect(seconds == seconds.sorted())
        #expect(seconds.allSatisfy { $0 >= 0 && $0 <= 20 * 86_400 })
        let listed = try await place.json("approaches", "--from", today).list("approaches").count
        #expect(coming.count > 50 && coming.count <= listed)
        let near = try await place.json("next", "--days", "20", "--within", "5").list("approaches")
        #expect(near.count < coming.count)
        for one in near {
            let distance: Double = try one["miss_distance_ld"]
            #expect(distance <= 5)
        }
        // The same day's run again sends no request.
        #expect(try await place.json("run", "--ahead", "20")["windows.published"] as Int == 0)
        let text = try await place.perigee("next", "--limit", "3").output
        #expect(text.split(separator: "\n").count == 6)
        #expect(text.contains("\n3 of "))
    }
}
