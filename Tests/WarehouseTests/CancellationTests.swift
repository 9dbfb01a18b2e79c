import Support
import Testing
import Warehouse

/// A transaction of work that is cancelled is undone, on every store.
@Suite struct CancellationTests {
    /// What a transaction goes on with.
    enum Step: CaseIterable {
        case execute, load, query

        func run(_ session: any SQLSession) throws {
            switch self {
            case .execute: try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('later', 'x')", [])
            case .load: try session.load("perigee_meta", ["name", "setting"], [Array("later\tx\n".utf8)])
            case .query: try session.query("SELECT name FROM perigee_meta", []) { _ in }
            }
        }
    }

    @Test(
        "Cancelled in a transaction, it goes no further and keeps nothing; the ledger can still be closed",
        arguments: StoreKind.all, Step.allCases)
    func undone(kind: StoreKind, step: Step) async throws {
        let scene = try await Scene(kind)
        let (begun, began) = AsyncStream.makeStream(of: Void.self)
        let outcome = try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                do {
                    try await CancellationFlag.with { flag in
                        try await scene.database.write { session in
                            try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('before', 'x')", [])
                            began.yield()
                            while !flag.isSet {}
                            try step.run(session)
                        }
                    }
                    return "done"
                } catch {
                    // What leaves a ledger in order is not part of the work.
                    try await scene.database.write { session in
                        _ = try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('closed', 'x')", [])
                    }
                    if case StoreError.cancelled = error { return "cancelled" }
                    return "\(error)"
                }
            }
            for await _ in begun { break }
            group.cancelAll()
            return try await group.next()
        }
        #expect(outcome == "cancelled")
        let names = try await scene.query(
            "SELECT name FROM perigee_meta WHERE name IN ('before', 'later', 'closed') ORDER BY name")
        #expect(names == [["closed"]])
    }
}
