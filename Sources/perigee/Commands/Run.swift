import ArgumentParser
import Landing
import NearEarth
import Pipeline
import Support
import Transform
import Warehouse

/// `perigee run`: all stages for a range of days.
struct Run: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Extract, land, transform, audit and publish a range of days.",
        discussion: """
            Windows that are published already are left alone: the same run again sends no request and changes nothing.

            EXAMPLES
              perigee run
              perigee run --from 2020-02-03 --to 2020-02-10 --store sqlite:neo.sqlite
              perigee run --ahead 60
              perigee run --refresh --json
              perigee run --raw bodies/
              perigee run --raw s3://bucket/bodies/ --landing s3://bucket/landing
            """)

    @Option(
        help: ArgumentHelp(
            "Land these raw bodies (a file, a folder of .json files, an s3:// object or prefix; repeatable) in place of asking NASA.",
            valueName: "path"),
        completion: .file())
    var raw: [String] = []

    @Option(help: ArgumentHelp("Ask for so many coming days, too.", valueName: "n"))
    var ahead = 0

    @OptionGroup var days: RangeOptions
    @OptionGroup var options: PipelineOptions

    func validate() throws {
        guard (0...366).contains(ahead) else { throw ValidationError("--ahead is 0 to 366 days.") }
        guard ahead == 0 || raw.isEmpty && days.to == nil else {
            throw ValidationError("--ahead goes without --to and --raw: it counts from today.")
        }
        guard raw.isEmpty || (days.from == nil && days.to == nil && !options.answers.refresh) else {
            throw ValidationError(
                "--raw goes without --from, --to and --refresh: which days the bodies answer stands in them.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.withS3(ifIn: raw) { s3 in
            if s3 != nil, !raw.allSatisfy(BodySource.isInS3) {
                throw CommandFailure(
                    .usage, "--raw names files as well as s3:// URLs", next: "land the ones first, then the others")
            }
            let files = try await raw.isEmpty ? nil : RawFiles(raw, s3: s3)
            var plan =
                try files.map { Plan(command: "run", batches: $0.batches) }
                ?? Plan(command: "run", range: days.range(ahead: ahead))
            options.apply(to: &plan)
            plan.raw = files
            plan.checkpointLimit = raw.isEmpty ? .today : nil
            return try await session.carryOut(plan)
        }
    }
}

extension Session {
    /// Warnings that are shown one by one.
    private static let shownWarnings = 3

    /// Runs a plan and prints what came of it.
    func carryOut(_ plan: Plan) async throws -> ExitStatus {
        try await withPipeline { pipeline, store, landing in
            try await show(try await run(plan, pipeline), store, landing)
        }
    }

    /// Runs a plan and shows how far it is.
    func run(_ plan: Plan, _ pipeline: Pipeline) async throws -> RunReport {
        let progress = Progress.current
        progress?.show(0, of: plan.batches.count, "windows")
        return try await pipeline.run(plan) { now in
            let left = now.requestsLeft.map { ", \($0.counted("request")) left" } ?? ""
            progress?.show(now.done, of: now.total, "windows", "\(now.rows.grouped()) rows\(left)")
        }
    }

    /// Prints a run's report, its failures on standard error; its exit code is the command's.
    func show(_ report: RunReport, _ store: Store, _ landing: LandingZone) async throws -> ExitStatus {
        Progress.current?.end()
        if json {
            let output = RunOutput(report, store: store.location, landing: landing.location)
            JSONText.print(output, "files", RunOutput.Files.of(report))
        } else if !isQuiet {
            let text = RunText(report: report, store: store, screen: screen)
            Terminal.print(try await text.lines().joined(separator: "\n"))
        }
        for warning in report.warnings.prefix(Self.shownWarnings) {
            Terminal.warn(warning)
        }
        if report.warnings.count > Self.shownWarnings {
            Terminal.warn("\(report.warnings.count - Self.shownWarnings) more windows are like that")
        }
        for failure in report.failures { Terminal.error(failure) }
        return report.exitStatus
    }
}
