import NearEarth
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

    private static func process(host: String = ProcessIdentity.current.host, pid: Int = ProcessIdentity.current.pid) -> ProcessIdentity {
        var identity = ProcessIdentity.current
        identity.host = host
        identity.pid = pid
        identity.started = 1
        return identity
    }

    private func isHeld(_ claim: Claim) -> RunID? {
        if case .held(_, let run) = claim { run.id } else { nil }
    }

    @Test(arguments: StoreKind.all)
    func aSecondLiveRunIsHeldAndToldByWhom(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin(command: "backfill")
        let second = try await scene.begin()
        try await scene.claim(Given.week, first)
        guard case .held(let name, let holder) = try await scene.store.claim(Given.week, for: second) else {
            Issue.record("two runs have the same batch")
            return
        }
        #expect(name == Given.week.name && holder.id == first && holder.command == "backfill" && holder.pid == ProcessIdentity.current.pid)
        try await scene.claim(Given.week, first)
    }

    @Test(arguments: StoreKind.all)
    func windowsThatShareADayAreHeldTogether(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin()
        let second = try await scene.begin()
        try await scene.claim(Given.week, first)
        for batch in [
            Given.feed("2020-02-10", "2020-02-17"), Given.feed("2020-01-27", "2020-02-03"), Given.feed("2020-02-05", "2020-02-05"),
            Given.feed("2020-01-01", "2020-03-01"),
        ] {
            #expect(isHeld(try await scene.store.claim(batch, for: second)) == first, "\(batch)")
        }
        for batch in [Given.feed("2020-02-11", "2020-02-18"), Given.feed("2020-01-26", "2020-02-02"), .lookup(spkID: "1"), .browse(page: 0)] {
            try await scene.claim(batch, second)
        }
        #expect(isHeld(try await scene.store.claim(.lookup(spkID: "1"), for: first)) == second)
        try await scene.claim(.lookup(spkID: "2"), first)
    }

    @Test(arguments: StoreKind.all)
    func whatIsReleasedFinishedOrPublishedIsFree(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin()
        let second = try await scene.begin()
        try await scene.claim(Given.week, first)
        try await scene.store.release(Given.week, by: second, error: "not its own")
        #expect(isHeld(try await scene.store.claim(Given.week, for: second)) == first)
        try await scene.store.release(Given.week, by: first, error: "why it stopped")
        #expect(try await scene.store.batch(Given.week)?.error == "why it stopped")
        try await scene.claim(Given.week, second)
        try await scene.finish(second)
        try await scene.claim(Given.week, first)
        try await scene.stage([], of: Given.week, body: "a", by: first)
        try await scene.store.recordAudit([], of: Given.week, by: first)
        _ = try await scene.store.publish(Given.week, by: first, movesCheckpoint: false)
        try await scene.claim(Given.week, try await scene.begin())
    }

    @Test(arguments: StoreKind.all)
    func aDeadProcesssBatchIsTakenOverAtOnce(_ kind: StoreKind) async throws {
        for process in [Self.dead, Self.replaced] {
            let scene = try await Scene(kind)
            let first = try await scene.begin(by: process)
            try await scene.claim(Given.week, first)
            try await scene.claim(Given.week, try await scene.begin())
        }
    }

    @Test(arguments: StoreKind.all)
    func aStaleHeartbeatIsTakenOverAndAFreshOneIsNot(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin(by: Self.elsewhere)
        let second = try await scene.begin()
        try await scene.claim(Given.week, first)
        scene.clock.advance(SQLStore.leaseSeconds - 1)
        #expect(isHeld(try await scene.store.claim(Given.week, for: second)) == first)
        try await scene.store.heartbeat(first)
        scene.clock.advance(SQLStore.leaseSeconds - 1)
        #expect(isHeld(try await scene.store.claim(Given.week, for: second)) == first)
        scene.clock.advance(2)
        try await scene.claim(Given.week, second)
    }

    @Test(arguments: StoreKind.all)
    func aRunThatLostItsLeaseChangesNothing(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let first = try await scene.begin(by: Self.elsewhere)
        try await scene.claim(Given.week, first)
        try await scene.stage([Given.row("1", "2020-02-03")], of: Given.week, body: "a", by: first)
        try await scene.store.recordAudit([], of: Given.week, by: first)
        scene.clock.advance(SQLStore.leaseSeconds + 1)
        let second = try await scene.begin()
        try await scene.claim(Given.week, second)
        let steps: [() async throws -> Void] = [
            { _ = try await scene.store.publish(Given.week, by: first, movesCheckpoint: true) },
            { try await scene.store.recordAudit([], of: Given.week, by: first) },
            { try await scene.store.recordLanding(scene.landed("b"), of: Given.week, by: first) },
            { try await scene.stage([], of: Given.week, body: "b", by: first) },
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
        #expect(isHeld(try await scene.store.claim(Given.week, for: try await scene.begin())) == second)
        #expect(try await scene.store.publish(Given.week, by: second, movesCheckpoint: false).inserted == 1)
    }
}
