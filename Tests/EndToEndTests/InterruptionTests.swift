import Foundation
import PerigeeTesting
import Testing

/// A signal ends what is under way, wherever it is: with 130, and nothing half done.
@Suite(.serialized)
struct InterruptionTests {
    @Test("The transformation of files ends with 130, and leaves no file", arguments: [SIGINT, SIGTERM])
    func transform(signal: Int32) async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        #expect(try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10").status == 0)
        // A week's body under so many names that a few seconds go by.
        let bodies = try TemporaryFolder()
        let raw = place.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-10.json")
        try FileManager.default.copyItem(atPath: raw, toPath: bodies("0.json"))
        for number in 1..<30_000 {
            try FileManager.default.linkItem(atPath: bodies("0.json"), toPath: bodies("\(number).json"))
        }
        let started = try place.start("transform", bodies.path, "--output", "out.csv")
        let part = "out.csv.\(started.pid).tmp"
        try await KillTests.until { try place.folder.files().contains(part) }
        started.signal(signal)
        let outcome = await started.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("perigee: interrupted"), "\(outcome.errors)")
        #expect(try place.folder.files().filter { $0.hasPrefix("out.csv") } == [])
    }

    @Test("A server that waits for the store's lock at its start ends with 130")
    func locked() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        #expect(try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10").status == 0)
        let writer = try Started(
            executable: "/usr/bin/env",
            arguments: [
                "python3", "-u", "-c",
                """
                import sqlite3, sys
                store = sqlite3.connect("\(Workplace.store)", isolation_level=None)
                store.execute("BEGIN IMMEDIATE")
                print("held")
                sys.stdin.read()
                """,
            ], folder: place.folder.path, environment: [:], isHeld: true)
        _ = try await writer.firstLine()
        let server = try place.start("serve", "--no-http")
        // It says nothing before it has the lock.
        try await Task.sleep(for: .seconds(1))
        server.signal(SIGINT)
        let outcome = await server.outcome()
        #expect(outcome.status == 130, "\(outcome.status) \(outcome.errors)")
        #expect(outcome.output.isEmpty, "\(outcome.output)")
        writer.signal(SIGKILL)
        _ = await writer.outcome()
    }
}
