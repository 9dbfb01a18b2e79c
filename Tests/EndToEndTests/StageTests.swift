import Foundation
import PerigeeTesting
import Testing

/// The stages one by one, as an orchestrator outside calls them.
struct StageTests {
    @Test("Extract, transform, audit, publish, each of them twice, come to what one run comes to")
    func oneByOne() async throws {
        let replay = try await Replay()
        let whole = try Workplace(service: replay.baseURL)
        _ = try await whole.json("run", "--from", "2020-02-03", "--to", "2020-02-20")
        let hash = try await whole.contentHash()
        try await replay.reset()

        let place = try Workplace(service: replay.baseURL)
        for stage in ["extract", "transform", "audit", "publish"] {
            for _ in 0..<2 {
                let report = try await place.json(stage, "--from", "2020-02-03", "--to", "2020-02-20")
                #expect(try report["command"] == stage)
                #expect(try report.list("failures").isEmpty)
            }
            let published = try place.count("SELECT COUNT(*) FROM nasa_neo_data")
            #expect(try await stage == "publish" ? published > Replay.week.count : published == 0)
            #expect(try place.leftovers() == [])
        }
        #expect(try await replay.stats() == ["feed": 3])
        #expect(try await place.contentHash() == hash)
        #expect(try place.records() == whole.records())
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        // Manifests and verdicts say when.
        for name in try whole.landed("").filter({
            $0.hasPrefix("nasa_neo_processed_") || $0.hasPrefix("nasa_neo_raw_") && !$0.hasSuffix(".manifest.json")
        }) {
            #expect(try place.bytes("data/landing/\(name)") == whole.bytes("data/landing/\(name)"), "\(name)")
        }
        let checkpoint: String = try await place.json("status", "--hash")["summary.checkpoint"]
        #expect(checkpoint == "2020-02-20")

        // Once more from the first: nothing is left to do.
        for stage in ["extract", "transform", "audit", "publish"] {
            #expect(try await place.json(stage, "--from", "2020-02-03", "--to", "2020-02-20")["windows.skipped"] == 3)
        }
        #expect(try await place.contentHash() == hash)
        #expect(try await replay.stats() == ["feed": 3])
    }

    @Test("A stage before its turn ends with 64 and names the one that comes first")
    func beforeItsTurn() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        for (stage, first) in [("transform", "extract"), ("audit", "extract"), ("publish", "extract")] {
            try await expect(stage, needs: first, in: place)
        }
        #expect(try await replay.stats() == [:])
        _ = try await place.json("extract", "--from", "2020-02-03", "--to", "2020-02-10")
        try await expect("audit", needs: "transform", in: place)
        try await expect("publish", needs: "transform", in: place)
        _ = try await place.json("transform", "--from", "2020-02-03", "--to", "2020-02-10")
        try await expect("publish", needs: "audit", in: place)
        _ = try await place.json("audit", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(
            try await place.json("publish", "--from", "2020-02-03", "--to", "2020-02-10")["rows.inserted"]
                == Replay.week.count)
        #expect(try await replay.stats() == ["feed": 1])
    }

    @Test("A run goes on where stages were left")
    func handedOver() async throws {
        let replay = try await Replay()
        for stages in [["extract"], ["extract", "transform"], ["extract", "transform", "audit"]] {
            try await replay.reset()
            let place = try Workplace(service: replay.baseURL)
            for stage in stages { _ = try await place.json(stage, "--from", "2020-02-03", "--to", "2020-02-10") }
            #expect(
                try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")["rows.inserted"]
                    == Replay.week.count)
            #expect(try await replay.stats() == ["feed": 1])
            #expect(try place.leftovers() == [])
        }
    }

    @Test("A landed body that was changed afterwards is found out, and --refresh mends it")
    func damaged() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("extract", "--from", "2020-02-03", "--to", "2020-02-10")
        let raw = "data/landing/nasa_neo_raw_2020-02-10.json"
        let body = String(decoding: try place.bytes(raw), as: UTF8.self)
        let name = try await Replay.loneApproach[2]
        let other = "\(name.dropLast(2))?)"
        try body.replacingOccurrences(of: name, with: other).write(
            toFile: place.folder(raw), atomically: true, encoding: .utf8)
        let refused = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", status: 65)
        let failure = try #require(try refused.list("failures").first)
        let message: String = try failure["message"]
        #expect(message.contains("is damaged"))
        let next: String = try failure["next_step"]
        #expect(next.contains("--refresh"))
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == 0)
        #expect(
            try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")["rows.inserted"]
                == Replay.week.count)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE name = '\(name)'") == 1)
    }

    private func expect(
        _ stage: String, needs first: String, in place: Workplace, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let report = try await place.json(stage, "--from", "2020-02-03", "--to", "2020-02-10", status: 64)
        let next: String = try #require(try report.list("failures").first)["next_step"]
        #expect(next == "run `perigee \(first)` for the same dates first", "\(stage)", sourceLocation: sourceLocation)
    }
}
