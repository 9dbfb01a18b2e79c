import ArgumentParser
import Landing
import Pipeline
import Warehouse

/// `perigee run`: all stages for a range of days.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Extract, land, transform, audit and publish a range of days.",
        discussion: """
            Windows that are published already are left alone: the same run again sends no request and changes nothing.

            EXAMPLES
              perigee run
              perigee run --from 2020-02-03 --to 2020-02-10 --store sqlite:neo.sqlite
              perigee run --refresh --json
            """)

    @OptionGroup var days: RangeOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let command = self
        try await Session.run(common, place.settings.merging(service.settings) { $1 }) { session in
            var plan = Plan(command: "run", range: try command.days.range())
            plan.refresh = command.service.refresh
            plan.movesCheckpoint = true
            return try await session.carryOut(plan)
        }
    }
}

extension Session {
    /// Runs a plan and prints what came of it.
    func carryOut(_ plan: Plan, progress: @escaping @Sendable (RunProgress) -> Void = { _ in }) async throws -> ExitStatus {
        try await withPipeline { pipeline, store, landing in
            try await show(try await pipeline.run(plan, progress: progress), store, landing)
        }
    }

    /// Prints a run's report, its failures on standard error; its exit code is the command's.
    func show(_ report: RunReport, _ store: any Store, _ landing: any LandingZone) async throws -> ExitStatus {
        if json {
            Terminal.print(JSONText.line(RunOutput(report, store: store.location, landing: landing.location)))
        } else {
            Terminal.print(try await RunText(report: report, store: store, landing: landing.location).lines().joined(separator: "\n"))
        }
        for failure in report.failures { Terminal.note("perigee: error: \(failure)\n  next: \(failure.nextStep)") }
        return report.exitStatus
    }
}
