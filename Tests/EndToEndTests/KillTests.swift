import Foundation
import GRDB
import PerigeeTesting
import Testing

/// However a run ends, the next one completes the work.
@Suite(.serialized)
struct KillTests {
    /// `PERIGEE_KILLS=50` kills as often as the issue asks for.
    private static let kills = ProcessInfo.processInfo.environment["PERIGEE_KILLS"].flatMap(Int.init) ?? 12

    @Test("Killed at any moment of a year's back-fill, the next run ends as an undisturbed one does")
    func killed() async throws {
        let replay = try await Replay(limit: 1_000_000)
        var duration = try await UndisturbedYear.shared.duration
        var states: [String] = []
        var attempts = 0
        // One random moment in each of as many slices of the undisturbed duration, whose estimate follows the machine's
        // load.
        while states.count < Self.kills, attempts < 5 * Self.kills {
            attempts += 1
            let place = try Workplace(service: replay.baseURL)
            let started = try place.startBackfill()
            let moment = duration * (Double(states.count) + .random(in: 0...1)) / Double(Self.kills)
            try await Task.sleep(for: moment)
            started.signal(SIGKILL)
            guard await started.outcome().status == -SIGKILL else {
                duration = duration * 0.8
                continue
            }
            let (published, state) = try progress(place)
            if published > 0 { duration = (duration + moment * 46 / published) / 2 }
            states.append(state)
            // Its leases must not hold anybody up.
            let next = try await place.backfill("--max-wait", "0")
            #expect(try next["status"] == "succeeded", "killed with \(state)")
            try await expectUndisturbed(place, afterKill: true)
            #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        }
        #expect(states.count == Self.kills, "only \(states.count) of \(attempts) kills came before the end")
        #expect(Set(states).count * 2 >= Self.kills, "too many kills met the same state: \(states)")
    }

    @Test("Killed again and again, the same back-fill still gets there")
    func killedOverAndOver() async throws {
        let replay = try await Replay(limit: 1_000_000)
        let place = try Workplace(service: replay.baseURL)
        for _ in 0..<6 {
            let started = try place.startBackfill("--concurrency", "1")
            try await Task.sleep(for: .milliseconds(.random(in: 60...260)))
            started.signal(SIGKILL)
            _ = await started.outcome()
        }
        _ = try await place.backfill("--max-wait", "0")
        try await expectUndisturbed(place, afterKill: true)
    }

    @Test(
        "A signal ends a run cleanly with 130; the ledger says so, no window stays taken, and the next run completes",
        arguments: [SIGTERM, SIGINT])
    func stopped(signal: Int32) async throws {
        // With 100 ms an answer the whole takes more than a second; the signal comes in the middle of it.
        let slow = try await Proxy(
            to: try await Self.backend.value.baseURL, edit: "time.sleep(0.1)\nreturn status, headers, body")
        let place = try Workplace(service: slow.baseURL)
        let started = try place.startBackfill()
        try await Self.until {
            try place.count("SELECT COUNT(*) FROM nasa_neo_observations WHERE state = 'published'") >= 3
        }
        started.signal(signal)
        let outcome = await started.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        let report = Answer(try outcome.json())
        #expect(try report["exit_code"] == 130)
        #expect(try report["status"] == "partial")
        // Whoever stops a run knows why: no window failed.
        #expect(try report.list("failures").isEmpty)
        #expect(try report["windows.failed"] == 0)
        let published: Int = try report["windows.published"]
        #expect(published >= 3)
        #expect(published < 46)
        #expect(try report["windows.not_begun"] == 46 - published)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_observations WHERE state = 'published'") == published)
        let runs = try await place.json("runs").list("runs")
        #expect(try runs.map { try "\($0["status"] as String) \($0["exit_code"] as Int)" } == ["partial 130"])

        // A window that was still taken would be waited for.
        let next = try await place.backfill("--max-wait", "0")
        #expect(try next["windows.skipped"] == published)
        try await expectUndisturbed(place)
    }

    private static let backend = Task { try await Replay() }

    /// How far a killed back-fill had come: windows published, and all windows by their state.
    private func progress(_ place: Workplace) throws -> (published: Int, text: String) {
        guard FileManager.default.fileExists(atPath: place.folder(Workplace.store)) else { return (0, "no store") }
        guard
            let rows = try? place.rows(
                "SELECT state, COUNT(*) FROM nasa_neo_observations GROUP BY state ORDER BY state")
        else { return (0, "no tables") }
        let published = rows.first { $0[0] == "published" }.map { $0[1] as Int } ?? 0
        return (published, rows.map { "\($0[0] as String) \($0[1] as Int)" }.joined(separator: ", "))
    }

    /// Waits until what another process is at fulfills a condition.
    static func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<6000 {
            if (try? await condition()) == true { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(message: "waited in vain")
    }
}
