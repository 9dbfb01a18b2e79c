import ArgumentParser
import NearEarth
import Pipeline
import Scheduling
import ServiceLifecycle
import Support
import UnixSignals
import Warehouse

/// `perigee serve`: the schedule, run by this process.
struct Serve: SessionCommand {
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
    @OptionGroup var options: PipelineOptions

    var settings: [Setting: String] { options.settings.merging(schedule.settings) { $1 } }
    /// The service group deals with signals.
    static var isInterruptible: Bool { false }

    func run(_ session: Session) async throws -> ExitStatus {
        let (definition, start) = try session.settings.schedule()
        return try await session.withStore(mustExist: false) { store in
            let record = try await store.define(Scheduler.only, definition, start: start)
            if !session.json {
                let rest = record.isPaused ? "; it is paused (`perigee schedule resume`)" : ""
                Terminal.print("Serving \(definition.text), store \(store.location)\(rest).")
            }
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
            return service.worst
        }
    }
}

extension Session {
    /// A slot's run: its days and the look-back before them, from bodies not older than the moment it was due.
    fileprivate func carryOut(_ slot: SlotRecord, _ schedule: ScheduleRecord) async -> SlotEnd {
        do {
            let definition = schedule.definition
            var plan = Plan(
                command: slot.isTriggered ? "trigger" : "schedule",
                range: DateWindow(from: slot.from.adding(days: -definition.lookBack), to: slot.to))
            plan.freshSince = slot.due
            plan.movesCheckpoint = true
            plan.policy = StagePolicy(
                attempts: definition.retries + 1, delay: .seconds(definition.retryDelay),
                timeout: definition.stageTimeout > 0 ? .seconds(definition.stageTimeout) : nil)
            let report = try await withPipeline { pipeline, _, _ in try await pipeline.run(plan) }
            if Task.isCancelled, report.status != .succeeded {
                return SlotEnd(state: .waiting, run: report.run, error: "interrupted")
            }
            return SlotEnd(
                state: report.status == .succeeded ? .succeeded : .failed, run: report.run,
                error: report.failures.first.map { "\($0)" })
        } catch {
            let next = (error as? any UserError).map { "; \($0.nextStep)" } ?? ""
            return SlotEnd(state: Task.isCancelled ? .waiting : .failed, error: "\(error)\(next)")
        }
    }
}
