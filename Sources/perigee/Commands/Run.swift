import ArgumentParser
import Landing
import Pipeline
import S3
import Support
import Transform
import Warehouse

/// `perigee run`: all stages for a range of days.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Extract, land, transform, audit and publish a range of days.",
        discussion: """
            Windows that are published already are left alone: the same run again sends no request and changes nothing.

            EXAMPLES
              perigee run
              perigee run --from 2020-02-03 --to 2020-02-10 --store sqlite:neo.sqlite
              perigee run --refresh --json
              perigee run --raw bodies/
              perigee run --raw s3://bucket/bodies/ --landing s3://bucket/landing
            """)

    @Option(
        help: ArgumentHelp(
            "Land these raw bodies (a file, a folder of .json files, an s3:// object or prefix; repeatable) in place of asking NASA.",
            valueName: "path"))
    var raw: [String] = []

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard raw.isEmpty || (days.from == nil && days.to == nil && !service.refresh) else {
            throw ValidationError(
                "--raw goes without --from, --to and --refresh: which days the bodies answer stands in them.")
        }
    }

    mutating func run() async throws {
        let command = self
        try await Session.run(common, storage.settings.merging(service.settings) { $1 }) { session in
            guard command.raw.isEmpty else {
                return try await session.withS3(ifIn: command.raw) { s3 in
                    let raw = try await session.rawFiles(command.raw, s3)
                    var plan = Plan(command: "run", batches: raw.batches)
                    plan.raw = raw
                    plan.acceptsRemovals = command.service.acceptRemovals
                    return try await session.carryOut(plan)
                }
            }
            var plan = Plan(command: "run", range: try command.days.range())
            plan.refresh = command.service.refresh
            plan.acceptsRemovals = command.service.acceptRemovals
            plan.movesCheckpoint = true
            return try await session.carryOut(plan)
        }
    }
}

extension Session {
    /// The raw bodies at these paths, each known to be one.
    func rawFiles(_ paths: [String], _ s3: S3Client?) async throws -> RawFiles {
        if s3 != nil, !paths.allSatisfy(BodySource.isInS3) {
            throw CommandFailure(
                .usage, "--raw names files as well as s3:// URLs", next: "land the ones first, then the others")
        }
        return try await RawFiles(paths, s3: s3)
    }

    /// Runs a plan and prints what came of it.
    func carryOut(_ plan: Plan, progress: @escaping @Sendable (RunProgress) -> Void = { _ in }) async throws
        -> ExitStatus
    {
        try await withPipeline { pipeline, store, landing in
            try await show(try await pipeline.run(plan, progress: progress), store, landing)
        }
    }

    /// Prints a run's report, its failures on standard error; its exit code is the command's.
    func show(_ report: RunReport, _ store: Store, _ landing: LandingZone) async throws -> ExitStatus {
        if json {
            Terminal.print(JSONText.line(RunOutput(report, store: store.location, landing: landing.location)))
        } else {
            Terminal.print(
                try await RunText(report: report, store: store, landing: landing.location).lines().joined(
                    separator: "\n"))
        }
        for failure in report.failures { Terminal.note("perigee: error: \(failure)\n  next: \(failure.nextStep)") }
        return report.exitStatus
    }
}
