import Foundation
import PerigeeTesting
import Testing

/// `perigee simulate`: the same pipeline on made-up data, which never mixes with NASA's. What stands for NASA here is a
/// service that does not call itself simulated.
struct SimulatorTests {
    @Test("A run on the simulator is marked as simulated, the same seed gives the same store, another seed another")
    func simulated() async throws {
        var hashes: [String] = []
        for seed in ["7", "7", "8"] {
            let place = try Workplace()
            let (server, service) = try await simulator(place, "--seed", seed)
            let run = try await place.json("run", "--from", "2031-05-01", "--to", "2031-05-20", service: service)
            #expect(try run["windows.published"] == 3)
            let inserted: Int = try run["rows.inserted"]
            #expect(inserted > 100)
            #expect(try run["rows.quarantined"] == 0)
            #expect(try await place.json("status", "--hash")["summary.origin"] == "simulated")
            #expect(try await place.perigee("status").output.contains("SIMULATED DATA, not NASA's"))
            #expect(
                try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE id NOT LIKE '9%' OR name NOT LIKE '%SIM%'")
                    == 0)
            hashes.append(try await place.contentHash())
            server.signal(SIGTERM)
            #expect(await server.outcome().status == 0)
        }
        #expect(hashes[0] == hashes[1])
        #expect(hashes[0] != hashes[2])
    }

    @Test("NASA's data is refused by a simulated store with 64, and simulated data by NASA's; both stay as they are")
    func neverMixed() async throws {
        let nasa = try await nasa()
        let place = try Workplace()
        let (server, service) = try await simulator(place)
        defer { server.signal(SIGKILL) }
        _ = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--store", "sqlite:made-up.sqlite", "--landing",
            "made-up", service: service)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", service: nasa.baseURL)
        for (store, other) in [("sqlite:made-up.sqlite", nasa.baseURL), ("sqlite:data/perigee.sqlite", service)] {
            let before = try await place.json("status", "--hash", "--store", store)
            let run = try await place.perigee(
                "run", "--from", "2020-03-03", "--to", "2020-03-10", "--store", store, "--landing", UUID().uuidString,
                service: other)
            #expect(run.status == 64, "\(run.errors)")
            #expect(run.errors.contains("data belongs in another store"))
            #expect(run.errors.contains("name another store with --store"))
            let after = try await place.json("status", "--hash", "--store", store)
            #expect(try after["content_hash"] as String == before["content_hash"])
        }
    }

    @Test("What the simulator landed is not taken for NASA's, even where both share a landing zone")
    func sharedLanding() async throws {
        let nasa = try await nasa()
        let place = try Workplace()
        let (server, service) = try await simulator(place, "--seed", "2")
        defer { server.signal(SIGKILL) }
        _ = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--store", "sqlite:made-up.sqlite", service: service)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", service: nasa.baseURL)
        #expect(try await place.json("status", "--hash")["summary.origin"] == "nasa")
        #expect(try await place.records() == Replay.week.lines.sorted())
        // The simulated answer stays out of it later, too.
        let again = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh", service: nasa.baseURL)
        #expect(try await again["rows.unchanged"] == Replay.week.count)
        #expect(try await place.records() == Replay.week.lines.sorted())
    }

    @Test(
        "What a store refuses for its origin is not landed; a store is rebuilt from a zone that has both, without the others"
    )
    func mixedLanding() async throws {
        let nasa = try await nasa()
        let place = try Workplace()
        let (server, service) = try await simulator(place, "--seed", "2")
        defer { server.signal(SIGKILL) }
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", service: nasa.baseURL)
        let landed = try place.landed("nasa_neo_")
        for days in [["2020-02-03", "2020-02-10"], ["2020-03-03", "2020-03-10"]] {
            let run = try await place.perigee(
                "run", "--refresh", "--accept-removals", "--from", days[0], "--to", days[1], service: service)
            #expect(run.status == 64, "\(run.errors)")
            #expect(run.errors.contains("data belongs in another store"), "\(run.errors)")
        }
        #expect(try place.landed("nasa_neo_") == landed)
        // Another store's simulated answers in the same zone.
        _ = try await place.json(
            "run", "--from", "2020-03-03", "--to", "2020-03-10", "--store", "sqlite:made-up.sqlite", service: service)
        let rebuilt = try await place.json("run", "--raw", "data/landing", "--store", "sqlite:rebuilt.sqlite")
        #expect(try (rebuilt["warnings"] as [String]).contains { $0.contains("1 answer of a simulator's left out") })
        #expect(
            try await place.json("status", "--hash", "--store", "sqlite:rebuilt.sqlite")["content_hash"]
                == place.contentHash())
    }

    @Test("The simulator's faults are healed like NASA's", arguments: [["500html@3", "truncate@4"], ["badrecord@3"]])
    func faults(kinds: [String]) async throws {
        let place = try Workplace()
        let (server, service) = try await simulator(place, kinds.flatMap { ["--fault", $0] })
        defer { server.signal(SIGKILL) }
        // Every other request fails: of windows side by side one may meet nothing else for a while.
        let run = try await place.json(
            "backfill", "--from", "2031-01-01", "--to", "2031-06-30", "--attempts", "20", service: service)
        #expect(try run["windows.published"] == 23)
        #expect(try run["rows.quarantined"] == 0)
        let calm = try Workplace()
        let (other, quiet) = try await simulator(calm)
        defer { other.signal(SIGKILL) }
        _ = try await calm.json("backfill", "--from", "2031-01-01", "--to", "2031-06-30", service: quiet)
        #expect(try await calm.contentHash() == place.contentHash())
    }

    /// What stands for NASA.
    private func nasa() async throws -> Proxy {
        try await Proxy(
            to: try await Self.replay.value.baseURL,
            edit: #"return status, {k: v for k, v in headers.items() if k.lower() != "x-perigee-simulated"}, body"#)
    }

    private static let replay = Task { try await Replay() }

    private func simulator(_ place: Workplace, _ options: String...) async throws -> (Started, String) {
        try await simulator(place, options)
    }

    private func simulator(_ place: Workplace, _ options: [String]) async throws -> (Started, String) {
        let server = try Program.start(["simulate", "--port", "0"] + options, in: place.folder.path)
        let line = try await server.firstLine()
        guard line.hasPrefix("http://127.0.0.1:"), line.hasSuffix("/neo/rest/v1") else {
            throw Failure(message: "the simulator said \(line)")
        }
        return (server, line)
    }
}
