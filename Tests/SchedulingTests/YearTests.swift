import Foundation
import Logging
import NearEarth
import PerigeeTesting
import Pipeline
import Scheduling
import Support
import Synchronization
import Testing
import Warehouse

private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

/// A process of another machine.
private func elsewhere(_ host: String) -> ProcessIdentity {
    var process = ProcessIdentity.current
    process.host = host
    return process
}

/// A year on a virtual clock: servers that die, stand still and come back, and a store whose ledger they share.
@Suite struct YearTests {
    /// The clock of everybody involved.
    private final class VirtualClock: Sendable {
        private let moment: Mutex<Date>
        init(_ start: Date) { moment = Mutex(start) }
        var now: Date { moment.withLock { $0 } }
        func advance(_ seconds: Double) { moment.withLock { $0 += seconds } }
        func advance(days: Double, until end: Date) { moment.withLock { $0 = min($0 + days * 86_400, end) } }
        func advance(to date: Date) { moment.withLock { $0 = max($0, date) } }
    }

    /// What was carried out: for each slot, how often to its end.
    private final class Work: Sendable {
        let done = Mutex<[String: Int]>([:])
        let windows = Mutex<[DateWindow]>([])
        func carryOut(_ slot: SlotRecord) -> SlotEnd {
            done.withLock { $0[slot.slot, default: 0] += 1 }
            windows.withLock { $0.append(slot.window) }
            return SlotEnd(state: .succeeded, run: 1)
        }
    }

    private struct World {
        let clock: VirtualClock
        let store: Store
        let work = Work()
        let folder: TemporaryFolder

        init(_ start: String) async throws {
            let clock = VirtualClock(try utc(start))
            self.clock = clock
            folder = try TemporaryFolder()
            let database = try await SQLiteDatabase.open(path: folder("year.sqlite"))
            try await database.migrate()
            store = Store(database: database, now: { clock.now })
        }

        /// A server of another machine: whether it lives shows in its heartbeats alone.
        func server(_ name: String) -> Scheduler {
            let work = work
            return Scheduler(
                ledger: store, process: elsewhere(name), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { slot, _ in work.carryOut(slot) }
        }
    }

    /// The due instants of a weekly schedule in 2026, computed by other means: Mondays at 02:30 in Berlin, which on
    /// March 29th (a Sunday) and October 25th (a Sunday) has its clocks changed.
    private static func mondays() throws -> [String] {
        try (0..<52).map { week in
            let monday = try #require(CalendarDate("2026-01-05")).adding(days: 7 * week)
            let isSummer = try monday > day("2026-03-29") && monday < day("2026-10-25")
            return "\(monday) \(isSummer ? "00" : "01"):30:00.000"
        }
    }

    /// The same for Sundays, so that two of them fall on the changes themselves.
    private static func sundays() throws -> [String] {
        try (0..<52).map { week in
            let sunday = try #require(CalendarDate("2026-01-04")).adding(days: 7 * week)
            if sunday == CalendarDate("2026-03-29") { return "2026-03-29 01:00:00.000" }
            let isSummer = try sunday > day("2026-03-29") && sunday <= day("2026-10-25")
            return "\(sunday) \(isSummer ? "00" : "01"):30:00.000"
        }
    }

    @Test(
        "With catch-up, every due window of a year is run exactly once, whatever happens to the servers",
        arguments: [1, 0], [UInt64(1), 2, 3])
    func everyWindowOnce(weekday: Int, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let world = try await World("2026-01-01 00:00:00")
        let expected = try weekday == 1 ? Self.mondays() : Self.sundays()
        var definition = ScheduleDefinition(every: nil, cron: "30 2 * * \(weekday)")
        definition.timeZone = "Europe/Berlin"
        definition.catchup = true
        _ = try await world.store.define("default", definition, start: nil)
        var (deaths, outages, pauses) = (0, 0, 0)
        let end = try utc("2027-01-01 00:00:00")
        while world.clock.now < end {
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                // Nobody serves for up to six weeks.
                outages += 1
                world.clock.advance(days: .random(in: 0...42, using: &random), until: end)
            case 1:
                // A server takes a slot and dies: no end, no more heartbeats; others may take over after the lease.
                let dead = elsewhere("dead")
                if case .granted(let slot) = try await world.store.claimSlot(of: "default", by: dead) {
                    deaths += 1
                    guard case .held(let held) = try await world.server("b").step() else {
                        throw Failure(message: "taken away from a living server")
                    }
                    #expect(held.slot == slot.slot)
                    world.clock.advance(Store.leaseSeconds + 1)
                    guard case .ran(let taken, _) = try await world.server("b").step() else {
                        throw Failure(message: "not taken over")
                    }
                    #expect(taken.slot == slot.slot && taken.attempts == slot.attempts + 1)
                    // The dead one comes back too late.
                    #expect(try await !world.store.finish(slot, SlotEnd(state: .succeeded)))
                }
            case 2:
                pauses += 1
                _ = try await world.store.setPaused("default", true)
                world.clock.advance(days: .random(in: 0...20, using: &random), until: end)
                guard case .idle(nil) = try await world.server("a").step() else {
                    throw Failure(message: "runs although it rests")
                }
                _ = try await world.store.setPaused("default", false)
            default:
                // Two servers look at about the same time; then they sleep until there is something to do.
                async let first = world.server("a").step()
                async let second = world.server("b").step()
                var next: Date?
                for step in [try await first, try await second] { if case .idle(let date) = step { next = date } }
                if let next { world.clock.advance(to: min(next, end, world.clock.now + 5 * 86_400)) }
            }
        }
        while case .ran = try await world.server("a").step() {}
        let done = world.work.done.withLock { $0 }
        #expect(done.keys.sorted() == expected)
        #expect(done.values.allSatisfy { $0 == 1 })
        // Day by day without a gap: each begins on the day at which the one before ended.
        let windows = world.work.windows.withLock { $0 }.sorted()
        #expect(windows.count == 52 && zip(windows, windows.dropFirst()).allSatisfy { $0.to == $1.from })
        let slots = try await world.store.slots(of: "default", limit: 1000)
        #expect(slots.count == 52 && slots.allSatisfy { $0.state == .succeeded })
        #expect(deaths > 0 && outages > 0 && pauses > 0, "\(deaths) deaths, \(outages) outages, \(pauses) pauses")
    }

    @Test("Without catch-up, what was missed is skipped on the record, and the newest turn is run once")
    func withoutCatchup() async throws {
        let world = try await World("2026-01-05 01:30:00")
        _ = try await world.store.define("default", ScheduleDefinition(every: "7d"), start: nil)
        guard case .ran = try await world.server("a").step() else {
            throw Failure(message: "the first turn is due at once")
        }
        world.clock.advance(to: try utc("2026-03-01 00:00:00"))
        guard case .ran(let slot, _) = try await world.server("a").step() else { throw Failure(message: "nothing ran") }
        #expect(slot.window.description == "2026-02-16..2026-02-23")
        guard case .idle(let next) = try await world.server("a").step() else { throw Failure(message: "ran twice") }
        #expect(next == (try utc("2026-03-02 01:30:00")))
        let slots = try await world.store.slots(of: "default", limit: 10)
        #expect(
            slots.count == 3
                && slots.filter { $0.state == .skipped }.map(\.window.description) == ["2026-01-05..2026-02-16"])
    }

    @Test(
        "What is asked for by hand runs at once, also while the schedule rests; an interrupted slot is taken up again")
    func byHand() async throws {
        let world = try await World("2026-01-05 00:00:00")
        _ = try await world.store.define(
            "default", ScheduleDefinition(every: "7d"), start: try utc("2026-02-01 00:00:00"))
        _ = try await world.store.setPaused("default", true)
        let window = DateWindow(from: try day("2020-02-03"), to: try day("2020-02-10"))
        _ = try await world.store.ask(.trigger, window, of: "default")
        guard case .granted(let slot) = try await world.store.claimSlot(of: "default", token: "claim") else {
            throw Failure(message: "not granted")
        }
        // A claim that is repeated, as after a lost connection, finds what it took.
        guard case .granted(let again) = try await world.store.claimSlot(of: "default", token: "claim") else {
            throw Failure(message: "not granted again")
        }
        #expect(again.slot == slot.slot && again.attempts == 1)
        #expect(try await world.store.finish(slot, SlotEnd(state: .waiting)))
        guard case .ran(let taken, let end) = try await world.server("a").step() else {
            throw Failure(message: "not taken up again")
        }
        #expect(taken.window == window && taken.attempts == 2 && end.state == .succeeded)
        guard case .idle(nil) = try await world.server("a").step() else {
            throw Failure(message: "runs although it rests")
        }
    }
}
