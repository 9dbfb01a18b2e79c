import ArgumentParser
import Pipeline
import Scheduling
import ServiceLifecycle
import Support
import UnixSignals
import Warehouse

/// `perigee serve`: the schedule, run by this process.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the pipeline on a schedule: every 7 days, or as a cron expression says.",
        discussion: """
            Its state is in the store: after a restart, or a kill, it goes on where it was; of several servers on one store one runs at a
            time. SIGTERM and SIGINT stop it; a run under way is given up cleanly and taken up again by the next server.

            EXAMPLES
              perigee serve
              perigee serve --cron '0 6 * * 1' --time-zone Europe/Berlin
              perigee serve --start 2025-01-01 --catchup --once
            """)

    @Flag(help: "Run what is due by now, then end: with 75 where a run failed.")
    var once = false

    @OptionGroup var schedule: ScheduleOptions
    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let once = once
        let options = storage.settings.merging(service.settings) { $1 }.merging(schedule.settings) { $1 }
        try await Session.run(common, options, handlesSignals: false) { session in
            let (definition, start) = try session.settings.schedule()
            let store = try await session.openStore()
            let record = try await store.define(Scheduler.only, definition, start: start)
            session.announce(record, store.location)
            let scheduler = Scheduler(ledger: store, logger: session.logger) { slot, schedule in
                await session.carryOut(slot, schedule)
            }
            let service = ScheduleService(scheduler: scheduler, once: once, session: session)
            var configuration = ServiceGroupConfiguration(
                services: [
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "schedule")
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: session.logger)
            configuration.maximumGracefulShutdownDuration = .seconds(60)
            try await ServiceGroup(configuration: configuration).run()
            await store.close()
            return service.worst
        }
    }
}

extension Session {
    fileprivate func announce(_ schedule: ScheduleRecord, _ store: String) {
        guard !json else { return }
        let rest = schedule.isPaused ? "; it is paused (`perigee schedule resume`)" : ""
        Terminal.print("Serving \(schedule.definition.text), store \(store)\(rest).")
    }

    /// A slot's run: its days and the look-back before them, from bodies not older than the moment it was due.
    fileprivate func carryOut(_ slot: SlotRecord, _ schedule: ScheduleRecord) async -> SlotEnd {
        do {
            let report = try await withPipeline { pipeline, _, _ in
                var plan = Plan(
                    command: slot.isTriggered ? "trigger" : "schedule", range: schedule.definition.range(slot.window))
                plan.freshSince = slot.due
                plan.movesCheckpoint = true
                plan.policy = schedule.definition.policy
                return try await pipeline.run(plan)
            }
            if Task.isCancelled, report.status != .succeeded {
                return SlotEnd(state: .waiting, run: report.run, error: "interrupted")
            }
            return SlotEnd(
                state: report.status == .succeeded ? .succeeded : .failed, run: report.run,
                error: report.failures.first.map { "\($0)" })
        } catch let error as any UserError {
            return SlotEnd(state: Task.isCancelled ? .waiting : .failed, error: "\(error); \(error.nextStep)")
        } catch {
            return SlotEnd(state: Task.isCancelled ? .waiting : .failed, error: "\(error)")
        }
    }
}
