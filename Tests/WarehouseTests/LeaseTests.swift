import NearEarth
import Support
import Testing
import Warehouse

@Suite("Store: one run at a time on a window")
struct LeaseTests {
    /// Another machine's process: whether it lives can't be known here, only its heartbeat tells.
    static let elsewhere = process(host: "elsewhere.example", pid: 1)
    /// A process of this machine that is gone: no system gives out numbers so high.
    static let dead = process(pid: 2_000_000_000)
    /// A process whose number another one has now.
    static let replaced = process()

    private static func process(host: String = ProcessIdentity.current.host, pid: Int = ProcessIdentity.current.pid)
        -> ProcessIdentity
    {
        var identity = ProcessIdentity.current
        identity.host = host
        identity.pid = pid
        identity.started = 1
        return identity
    }

    private func holder(_ claim: Claim) -> RunID? {
        if case .held(_, let run) = claim { run.id } else { nil }
    }

    @Test("A second live run is told which batch is held, and by whom", arguments: StoreKind.all)
    func held(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin(command: "backfill")
        let second = try await scene.begin()
        _ = try await scene.claim(Given.week, first)
        guard case .held(let name, let run) = try await scene.claim(Given.week, second) else {
            Issue.record("two runs have the same batch")
            return
        }
        #expect(name == Given.week.name)
        #expect(run.id == first)
        #expect(run.command == "backfill")
        #expect(run.pid == ProcessIdentity.current.pid)
    }

    @Test("A run may claim again what it has", arguments: StoreKind.all)
    func again(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        _ = try await scene.claim(Given.week, run)
        #expect(holder(try await scene.claim(Given.week, run)) == nil)
    }

    @Test("Windows that share a day are held together", arguments: StoreKind.all)
    func overlap(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin()
        let second = try await scene.begin()
        _ = try await scene.claim(Given.week, first)
        for batch in [
            Given.feed("2020-02-10", "2020-02-17"), Given.feed("2020-01-27", "2020-02-03"),
            Given.feed("2020-02-05", "2020-02-05"),
            Given.feed("2020-01-01", "2020-03-01"),
        ] {
            #expect(holder(try await scene.claim(batch, second)) == first, "\(batch)")
        }
        for batch in [
            Given.feed("2020-02-11", "2020-02-18"), Given.feed("2020-01-26", "2020-02-02"), .lookup(spkID: "1"),
            .browse(page: 0),
        ] {
            #expect(holder(try await scene.claim(batch, second)) == nil, "\(batch)")
        }
        #expect(holder(try await scene.claim(.lookup(spkID: "1"), first)) == second)
    }

    @Test("One claim gives what is free and names who has the rest", arguments: StoreKind.all)
    func some(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin()
        let second = try await scene.begin()
        _ = try await scene.claim(Given.week, first)
        let claims = try await scene.store.claim(
            [Given.feed("2020-01-26", "2020-02-02"), Given.week, Given.feed("2020-02-11", "2020-02-18")], for: second)
        #expect(claims.map(holder) == [nil, first, nil])
    }

    @Test("What is released, finished or published is free", arguments: StoreKind.all)
    func free(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin()
        let second = try await scene.begin()
        _ = try await scene.claim(Given.week, first)
        try await scene.store.release(Given.week, by: second, error: "not its own")
        #expect(holder(try await scene.claim(Given.week, second)) == first, "released by another run")
        try await scene.store.release(Given.week, by: first, error: "why it stopped")
        #expect(try await scene.store.batches(run: first, limit: 1).first?.error == "why it stopped")
        #expect(holder(try await scene.claim(Given.week, second)) == nil, "released")
        try await scene.finish(second)
        #expect(holder(try await scene.claim(Given.week, first)) == nil, "finished")
        _ = try await scene.store.publish(
            [[scene.judged(Given.statement(Given.week, []), of: Given.week, body: "a")]], by: first,
            checkpointLimit: nil)
        #expect(holder(try await scene.claim(Given.week, try await scene.begin())) == nil, "published")
    }

    @Test("A dead process's batch is taken over at once", arguments: StoreKind.all, [dead, replaced])
    func takenOver(_ kind: StoreKind, process: ProcessIdentity) async throws {
        let scene = try await Scene(kind)
        _ = try await scene.claim(Given.week, try await scene.begin(by: process))
        #expect(holder(try await scene.claim(Given.week, try await scene.begin())) == nil)
    }

    @Test("A stale heartbeat is taken over, and a fresh one is not", arguments: StoreKind.all)
    func heartbeat(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin(by: Self.elsewhere)
        let second = try await scene.begin()
        _ = try await scene.claim(Given.week, first)
        scene.clock.advance(Store.leaseSeconds - 1)
        #expect(holder(try await scene.claim(Given.week, second)) == first, "just before it is stale")
        try await scene.store.heartbeat(first)
        scene.clock.advance(Store.leaseSeconds - 1)
        #expect(holder(try await scene.claim(Given.week, second)) == first, "just after a heartbeat")
        scene.clock.advance(2)
        #expect(holder(try await scene.claim(Given.week, second)) == nil, "stale")
    }

    @Test("A run that lost its lease changes nothing", arguments: StoreKind.all)
    func lost(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin(by: Self.elsewhere)
        _ = try await scene.claim(Given.week, first)
        let item = scene.judged(Given.statement(Given.week, [Given.row("1", "2020-02-03")]), of: Given.week, body: "a")
        scene.clock.advance(Store.leaseSeconds + 1)
        let second = try await scene.begin()
        _ = try await scene.claim(Given.week, second)
        let steps: [() async throws -> Void] = [
            { _ = try await scene.store.publish([[item]], by: first, checkpointLimit: CalendarDate("9999-12-31")) },
            { try await scene.store.recordAudit([item], by: first) },
            { try await scene.store.record(.landed, of: [(item.observation, nil)], by: first) },
            { try await scene.store.record(.transformed, of: [(item.observation, "p.csv")], by: first) },
        ]
        for step in steps {
            guard case .leaseLost(let batch) = await storeError(step) else {
                Issue.record("a run without lease got through")
                return
            }
            #expect(batch == Given.week.name)
        }
        #expect(try await scene.published().isEmpty)
        #expect(try await scene.store.summary().checkpoint == nil)
        // The first run's own end does not free what is the second's.
        try await scene.finish(first)
        #expect(holder(try await scene.claim(Given.week, try await scene.begin())) == second)
        #expect(try await scene.store.publish([[item]], by: second, checkpointLimit: nil)[0].inserted == 1)
    }
}
