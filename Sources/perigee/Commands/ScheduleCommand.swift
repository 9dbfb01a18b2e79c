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
        commandName: "schedule", abstract: "Show, pause, resume or trigger the schedule that `perigee serve` runs.",
        subcommands: [ScheduleShow.self, SchedulePause.self, ScheduleResume.self, ScheduleTrigger.self])
}

/// `perigee schedule show`: what it is, when it is due, what came of it.
struct ScheduleShow: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the schedule, its next turn and its last slots.",
        discussion: "EXAMPLE\n  perigee schedule show --limit 5")

    @Option(name: .limit, help: ArgumentHelp("At most so many slots.", valueName: "n"))
    var limit = 10

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        let (output, asked) = try await session.withSchedule(slots: limit)
        session.print(output, text: output.text(asked, session.screen))
        return .success
    }
}

/// `perigee schedule pause`: nothing more is run but what is asked for by hand.
struct SchedulePause: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Have the schedule rest; a run under way is finished, triggers still run.",
        discussion: "EXAMPLE\n  perigee schedule pause")

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.updateSchedule { store, name in _ = try await store.setPaused(name, true) }
    }
}

/// `perigee schedule resume`: it goes on; what it missed is caught up with as the schedule says.
struct ScheduleResume: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Have the schedule go on after a pause.",
        discussion: "EXAMPLE\n  perigee schedule resume")

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.updateSchedule { store, name in _ = try await store.setPaused(name, false) }
    }
}

/// `perigee schedule trigger`: a run by hand.
struct ScheduleTrigger: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Ask for a run now, also of a schedule that rests; a server carries it out.",
        discussion: "EXAMPLE\n  perigee schedule trigger --from 2020-02-03 --to 2020-02-10")

    @OptionGroup var days: RangeOptions
    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        let range = try days.range()
        return try await session.updateSchedule {
            _ = try await $0.ask(.trigger, range, of: $1)
        } text: { _ in
            "\(range) waits to be run by `perigee serve`."
        }
    }
}

extension Session {
    /// Does something to the store's schedule; what it is then, with its last slots, and the days that the run of each
    /// asked for: its own, those before that NASA revises, and those to come.
    fileprivate func withSchedule(
        slots: Int, _ change: (Store, _ name: String) async throws -> Void = { _, _ in }
    ) async throws -> (ScheduleSummary, asked: [RunID: DateWindow]) {
        try await withStore { store in
            if try await store.schedule(Scheduler.only) != nil { try await change(store, Scheduler.only) }
            guard let schedule = try await store.scheduleSummary(slots: slots) else {
                throw CommandFailure(
                    .usage, "there is no schedule in \(store.location)", next: "start `perigee serve`, which makes it")
            }
            var asked: [RunID: DateWindow] = [:]
            for number in schedule.slots.compactMap(\.run) {
                guard let run = try await store.run(number), let from = run.from, let to = run.to else { continue }
                asked[number] = DateWindow(from: from, to: to)
            }
            return (schedule, asked)
        }
    }

    /// Does something to the schedule and prints what it is then.
    fileprivate func updateSchedule(
        _ change: (Store, _ name: String) async throws -> Void,
        text: (ScheduleSummary) -> String = {
            "The schedule (\($0.definition.text)) is \($0.paused ? "paused" : "active")."
        }
    ) async throws -> ExitStatus {
        let (output, _) = try await withSchedule(slots: 1, change)
        print(output, text: text(output))
        return .success
    }
}

extension ScheduleSummary {
    /// The same for people.
    func text(_ asked: [RunID: DateWindow], _ screen: Screen) -> String {
        let misfire = definition.misfire == .run ? "run" : "skipped after \(definition.misfireGrace) s"
        let lines = [
            "Schedule:  \(definition.text)\(paused ? "  PAUSED" : "")",
            "Since:     \(start.toTheSecond) UTC",
            "Next:      \(paused ? "none while it is paused" : next.map { "\($0.toTheSecond) UTC" } ?? "never")",
            "Catch-up:  \(definition.catchup ? "yes" : "no, a late turn is \(misfire)")",
            "Look-back: \(definition.lookBack) days",
            "Ahead:     \(definition.ahead) days",
            "Retries:   \(definition.retries) a stage, after \(definition.retryDelay) s, doubling; bound \(definition.stageTimeout) s",
        ]
        return (lines + (slots.isEmpty ? [] : ["", slotTable(asked, screen)])).joined(separator: "\n")
    }

    private func slotTable(_ asked: [RunID: DateWindow], _ screen: Screen) -> String {
        TextTable(
            [
                .init("due (UTC)", yields: .shorten(4, to: 16)), .init("days asked for", yields: .drop(3)),
                .init("state"),
                .init("run", .right, yields: .drop(2)),
                .init("attempts", .right, yields: .drop(0)), .init("error", yields: .shorten(1, to: 16)),
            ],
            slots.map {
                [
                    $0.due.toTheMinute + ($0.isByHand ? " by hand" : ""),
                    "\($0.run.flatMap { asked[$0] } ?? $0.window)", $0.state.rawValue,
                    $0.run.map(String.init) ?? "", "\($0.attempts)", $0.error ?? "",
                ]
            }
        ).text(screen)
    }
}
