import ArgumentParser
import Foundation
import Landing
import NearEarth
import Pipeline
import Scheduling
import Server
import ServiceLifecycle
import Support
import Warehouse

/// `perigee serve`: the schedule and the HTTP API, by this process.
struct Serve: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the pipeline on a schedule, and serve the dashboard and the HTTP API.",
        discussion: """
            The schedule's state is in the store: after a restart, or a kill, it goes on where it was; of several servers on one store one \
            runs at a time. SIGTERM, SIGINT and SIGHUP stop it: answers under way are finished, a run under way is given up cleanly and \
            taken up again by the next server. A second signal ends it at once. The dashboard is at /, the API at /api/v1/.

            EXAMPLES
              perigee serve
              perigee serve --cron '0 6 * * 1' --time-zone Europe/Berlin
              perigee serve --no-schedule --listen 127.0.0.1:8381
              perigee serve --start 2025-01-01 --catchup --once
            """)

    @Flag(help: "Run what is due by now, then end: with 75 where a run failed. Nothing is served.")
    var once = false

    @Flag(name: .customLong("no-schedule"), help: "Serve the dashboard and the HTTP API alone.")
    var withoutSchedule = false

    @Flag(name: .customLong("no-http"), help: "Run the schedule alone.")
    var withoutHTTP = false

    @OptionGroup(title: "Schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "Dashboard and HTTP API") var server: ListenOptions
    @OptionGroup(title: "Answers") var demand: DemandOptions
    @OptionGroup var options: WorkOptions

    var settings: [Setting: String] {
        options.settings.merging(schedule.settings) { $1 }.merging(server.settings) { $1 }
    }
    static var signals: [Int32] { [SIGINT, SIGTERM, SIGHUP] }

    func validate() throws {
        if withoutSchedule, withoutHTTP || once {
            throw ValidationError("--no-schedule leaves nothing to do with --no-http or --once.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        let listening = withoutHTTP || once ? nil : try session.settings.listening()
        let (definition, start) = try session.settings.schedule()
        return try await session.withServed(store: withoutSchedule, landing: listening != nil) { store, landing in
            var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
            var turns: ScheduleService?
            if !withoutSchedule {
                let record = try await store.define(Scheduler.only, definition, start: start)
                if !session.json {
                    let rest = record.isPaused ? "; it is paused (`perigee schedule resume`)" : ""
                    Terminal.print("Serving \(definition.text), store \(store.location)\(rest).")
                }
                let scheduler = Scheduler(ledger: store, logger: session.logger) { slot, schedule in
                    await session.carryOut(slot, schedule, demand)
                }
                let service = ScheduleService(scheduler: scheduler, once: once, session: session)
                services.append(
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "schedule")
                )
                turns = service
            }
            if let listening {
                let web = WebServer(store: store, landing: landing, options: listening, logger: session.logger) { url in
                    Terminal.print(
                        session.json
                            ? JSONText.line(ListeningOutput(url: url))
                            : "Dashboard of \(store.location): \(url)/\nHTTP API: \(url)/api/v1/"
                    )
                }
                services.append(
                    .init(service: web, successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "http"))
            }
            var configuration = ServiceGroupConfiguration(services: services, logger: session.logger)
            configuration.maximumGracefulShutdownDuration = .seconds(60)
            let group = ServiceGroup(configuration: configuration)
            Interruption.handle { Task { await group.triggerGracefulShutdown() } }
            try await group.run()
            // A server ends because it is asked to; work that is due is then not done.
            if once, Interruption.hasCome { return .interrupted }
            return turns?.worst ?? .success
        }
    }
}

/// `perigee serve --json`, once it listens: schema `perigee.listening/1`.
struct ListeningOutput: Encodable {
    var schema = "perigee.listening/1"
    var url: String
}

extension Session {
    /// Lends the store, and where something is shown the landing zone: raw bodies are looked at in it.
    fileprivate func withServed<Result>(
        store mustExist: Bool, landing isNeeded: Bool, _ body: (Store, LandingZone?) async throws -> Result
    ) async throws -> Result {
        try await withStore(mustExist: mustExist) { store in
            guard isNeeded else { return try await body(store, nil) }
            return try await withLanding(mustExist: false) { try await body(store, $0) }
        }
    }

    /// Carries out what a slot asks for.
    fileprivate func carryOut(_ slot: SlotRecord, _ schedule: ScheduleRecord, _ demand: DemandOptions) async -> SlotEnd
    {
        do {
            let report = try await withPipeline { pipeline, store, _ in
                var plan = try await Plan(for: slot, of: schedule, store)
                demand.apply(to: &plan)
                return try await pipeline.run(plan)
            }
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
