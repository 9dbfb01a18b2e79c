import Foundation
import NearEarth
import PerigeeTesting
import Support
import Testing
import Warehouse

@Suite("SQLite")
struct SQLiteTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aFileOpensAgainWithWhatItHeld() async throws {
        let url = "sqlite:\(folder("deep/er/perigee.db"))"
        let store = try await StoreURL.open(url)
        let run = try await store.beginRun(
            command: "run", engine: "embedded", range: nil, service: "test", planned: 1, by: .current)
        await store.close()
        let again = try await StoreURL.open(url)
        #expect(try await again.run(run)?.command == "run")
        #expect(again.location == url)
        await again.close()
    }

    @Test func whatCannotBeOpenedIsUnavailable() async throws {
        try Data("no database, but long enough to be told from an empty file".utf8).write(
            to: URL(fileURLWithPath: folder("text.db")))
        for path in [folder("text.db"), folder("text.db/below.db"), "/proc/none/perigee.db"] {
            guard
                case .unavailable(let store, let cause) = await storeError({
                    _ = try await StoreURL.open("sqlite:\(path)")
                })
            else {
                Issue.record("\(path) was opened")
                continue
            }
            #expect(store == "sqlite:\(path)" && !cause.isEmpty)
        }
    }

    @Test(arguments: ["", "sqlite:", "sqlite://", "perigee.db", "oracle://host/db"])
    func anotherURLNamesNoStore(_ url: String) async throws {
        guard case .badURL = await storeError({ _ = try await StoreURL.open(url) }) else {
            Issue.record("\(url) was opened")
            return
        }
    }

    @Test func aPasswordIsNeverShown() {
        #expect(StoreURL.redacted("postgres://user:secret@host:5432/db") == "postgres://user@host:5432/db")
        #expect(StoreURL.redacted("mysql://user:p@ss:w@host/db") == "mysql://user@host/db")
        #expect(StoreURL.redacted("sqlite:perigee.db") == "sqlite:perigee.db")
    }

    @Test func twoConnectionsWriteOneAfterTheOther() async throws {
        let url = "sqlite:\(folder("perigee.db"))"
        let stores = [try await StoreURL.open(url), try await StoreURL.open(url)]
        let runs = try await withThrowingTaskGroup(of: RunID.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await stores[number % 2].beginRun(
                        command: "run", engine: "embedded", range: nil, service: "test", planned: 1, by: .current)
                }
            }
            return try await group.reduce(into: Set<RunID>()) { $0.insert($1) }
        }
        #expect(runs == Set(1...40))
        for store in stores { await store.close() }
    }
}
