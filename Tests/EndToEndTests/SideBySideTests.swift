import Foundation
import PerigeeTesting
import Testing

/// Two runs at once: a lease keeps them off the same window.
@Suite(.serialized)
struct SideBySideTests {
    @Test("Two runs of one week at once: both end with 0, one request, one publication")
    func sameWindow() async throws {
        for _ in 0..<10 {
            let replay = try await Replay()
            let place = try Workplace(service: replay.baseURL)
            let both = [
                try place.start("run", "--from", "2020-02-03", "--to", "2020-02-10", "--json"),
                try place.start("run", "--from", "2020-02-03", "--to", "2020-02-10", "--json"),
            ]
            var inserted = 0
            for started in both {
                let outcome = await started.outcome()
                #expect(outcome.status == 0, "\(outcome.errors)")
                inserted += try Answer(outcome.json())["rows.inserted"]
            }
            #expect(try await inserted == Replay.week.count)
            #expect(try await replay.stats() == ["feed": 1])
            #expect(try await place.count("SELECT COUNT(*) FROM nasa_neo_data") == Replay.week.count)
            #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
            #expect(try place.leftovers() == [])
        }
    }

    @Test("Two back-fills of one year at once: both end with 0, each window is asked for once, the year is whole")
    func sameYear() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let both = [try place.startBackfill(), try place.startBackfill()]
        var inserted = 0
        for started in both {
            let outcome = await started.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            inserted += try Answer(outcome.json())["rows.inserted"]
        }
        #expect(try await inserted == Replay.year.count)
        #expect(try await replay.stats() == ["feed": 46])
        try await expectUndisturbed(place)
    }

    @Test("A window that overlaps one under way is refused with 75 where nobody may wait, and done where they may")
    func overlapping() async throws {
        let replay = try await Replay()
        let slow = try await Proxy(to: replay.baseURL, edit: "time.sleep(1.5)\nreturn status, headers, body")
        let place = try Workplace(service: slow.baseURL)
        let first = try place.start("run", "--from", "2020-02-03", "--to", "2020-02-10", "--json")
        try await KillTests.until { try await replay.stats() == ["feed": 1] }
        let refused = try await place.perigee(
            "run", "--from", "2020-02-10", "--to", "2020-02-12", "--max-wait", "0", service: replay.baseURL)
        #expect(refused.status == 75)
        #expect(refused.errors.contains("run 1 (run, process \(first.pid) on "))
        #expect(refused.errors.contains("is working on feed 2020-02-03..2020-02-10"))
        #expect(refused.errors.contains("next: wait for that run"))
        _ = try await place.json("run", "--from", "2020-02-10", "--to", "2020-02-12", service: replay.baseURL)
        #expect(await first.outcome().status == 0)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        #expect(try place.leftovers() == [])
    }

    @Test("A dead run's lease is taken over at once")
    func deadRun() async throws {
        let replay = try await Replay()
        let slow = try await Proxy(to: replay.baseURL, edit: "time.sleep(30)\nreturn status, headers, body")
        let place = try Workplace(service: slow.baseURL)
        let first = try place.start("run", "--from", "2020-02-03", "--to", "2020-02-10")
        try await KillTests.until { try await replay.stats() == ["feed": 1] }
        first.signal(SIGKILL)
        #expect(await first.outcome().status == -SIGKILL)
        #expect(try await place.json("runs").list("runs").map { try $0["status"] as String } == ["running"])
        let second = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--max-wait", "0", service: replay.baseURL)
        #expect(try await second["rows.inserted"] == Replay.week.count)
        #expect(try place.leftovers() == [])
    }
}
