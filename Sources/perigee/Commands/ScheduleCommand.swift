import ArgumentParser
import Foundation
import NearEarth
import Pipeline
import Scheduling
import Support
import Warehouse

/// `perigee schedule`: what a server does, seen and steered from outside.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Look at the schedule that `perigee serve` runs, and steer it.",
        subcommands: [ScheduleShow.self, SchedulePause.self, ScheduleResume.self, ScheduleTrigger.self])
}

/// `perigee schedule show`: what it is, when it is due, what came of it.
struct ScheduleShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the schedule, its next turn and its last slots.",
        discussion: "EXAMPLE\n  perigee schedule show --limit 5")

    @Option(help: ArgumentHelp("At most so many slots.", valueName: "n"))
    var limit = 10

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    mutating func run() async throws {
        let limit = limit
        try await Session.run(common, storage.settings) { session in
            let store = try await session.openExistingStore()
            let schedule = try await session.schedule(in: store)
            let slots = try await store.slots(of: schedule.name, limit: limit)
            await store.close()
            let next = try Backlog(
                schedule.definition, start: schedule.start, processedThrough: schedule.processedThrough,
                now: .distantPast
            ).next
            if session.json {
                Terminal.print(JSONText.line(ScheduleOutput(schedule, next: next, slots: slots)))
            } else {
                Terminal.print(Self.text(schedule, next, slots))
            }
            return .success
        }
    }

    private static func text(_ schedule: ScheduleRecord, _ next: Date?, _ slots: [SlotRecord]) -> String {
        let definition = schedule.definition
        var lines = [
            "Schedule:  \(definition.text)\(schedule.isPaused ? "  PAUSED" : "")",
            "Since:     \(minute(schedule.start)) UTC",
            "Next:      \(next.map { "\(minute($0)) UTC" } ?? "never")",
            "Catch-up:  \(definition.catchup ? "yes" : "no, a late turn is \(definition.misfire == .run ? "run" : "skipped after \(definition.misfireGrace) s")")",
            "Look-back: \(definition.lookBack) days",
            "Retries:   \(definition.retries) a stage, after \(definition.retryDelay) s, doubling; bound \(definition.stageTimeout) s",
        ]
        guard !slots.isEmpty else { return lines.joined(separator: "\n") }
        var table = TextTable([
            ("due (UTC)", .left), ("days", .left), ("state", .left), ("run", .right), ("attempts", .right),
            ("error", .left),
        ])
        for slot in slots {
            table.add([
                minute(slot.due) + (slot.isTriggered ? " by hand" : ""), "\(slot.window)", slot.state.rawValue,
                slot.run.map(String.init) ?? "",
                "\(slot.attempts)", slot.error ?? "",
            ])
        }
        lines += ["", table.text]
        return lines.joined(separator: "\n")
    }

    private static func minute(_ date: Date) -> String { String(Timestamp.text(date).prefix(19)) }
}

/// `perigee schedule pause`: nothing more is run but what is asked for by hand.
struct SchedulePause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Have the schedule rest; a run under way is finished, triggers still run.",
        discussion: "EXAMPLE\n  perigee schedule pause")

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await updateSchedule(storage, common) { store, name in _ = try await store.setPaused(name, true) }
    }
}

/// `perigee schedule resume`: it goes on; what it missed is caught up with as the schedule says.
struct ScheduleResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Have the schedule go on after a pause.",
        discussion: "EXAMPLE\n  perigee schedule resume")

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await updateSchedule(storage, common) { store, name in _ = try await store.setPaused(name, false) }
    }
}

/// `perigee schedule trigger`: a run by hand.
struct ScheduleTrigger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Ask for a run now, also of a schedule that rests; a server carries it out.",
        discussion: "EXAMPLE\n  perigee schedule trigger --from 2020-02-03 --to 2020-02-10")

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let days = days
        try await updateSchedule(storage, common) { store, name in _ = try await store.trigger(name, try days.range()) }
    }
}

/// Does something to the schedule and shows what it is then.
private func updateSchedule(
    _ storage: StoreOptions, _ common: CommonOptions, _ change: @escaping @Sendable (Store, String) async throws -> Void
) async throws {
    try await Session.run(common, storage.settings) { session in
        let store = try await session.openExistingStore()
        let name = try await session.schedule(in: store).name
        try await change(store, name)
        let schedule = try await session.schedule(in: store)
        let slots = try await store.slots(of: name, limit: 1)
        await store.close()
        let next = try Backlog(
            schedule.definition, start: schedule.start, processedThrough: schedule.processedThrough, now: .distantPast
        ).next
        if session.json {
            Terminal.print(JSONText.line(ScheduleOutput(schedule, next: next, slots: slots)))
        } else {
            let waiting = slots.first.flatMap {
                $0.state == .waiting ? "\($0.window) waits to be run by `perigee serve`." : nil
            }
            Terminal.print(
                waiting ?? "The schedule (\(schedule.definition.text)) is \(schedule.isPaused ? "paused" : "active").")
        }
        return .success
    }
}

extension Session {
    /// The store's schedule, or an error that says how to get one.
    fileprivate func schedule(in store: Store) async throws -> ScheduleRecord {
        guard let schedule = try await store.schedule(Scheduler.only) else {
            throw CommandFailure(
                .usage, "there is no schedule in \(store.location)", next: "start `perigee serve`, which makes it")
        }
        return schedule
    }
}

/// `perigee schedule ... --json`: schema `perigee.schedule/1`.
struct ScheduleOutput: Encodable {
    var schema = "perigee.schedule/1"
    var definition: ScheduleDefinition
    var start: Date
    var settled: Date?
    var next: Date?
    var paused: Bool
    var slots: [SlotRecord]

    init(_ schedule: ScheduleRecord, next: Date?, slots: [SlotRecord]) {
        definition = schedule.definition
        start = schedule.start
        settled = schedule.processedThrough
        self.next = next
        paused = schedule.isPaused
        self.slots = slots
    }
}
