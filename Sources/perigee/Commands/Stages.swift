import ArgumentParser
import NearEarth
import Pipeline
import Support

/// `perigee extract`: the first stage alone.
struct Extract: StageCommand {
    static let stage = Stage.extract
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Ask NASA for a range of days and land the raw bodies.",
        discussion:
            "What is landed already is not asked for again, unless --refresh says so.\n\nEXAMPLE\n  perigee extract --from 2020-02-03 --to 2020-02-10 --json"
    )

    @OptionGroup var days: RangeOptions
    @OptionGroup var options: PipelineOptions
}

/// `perigee audit`: the third stage alone.
struct Audit: StageCommand {
    static let stage = Stage.audit
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Hold the landed bodies of a range of days against the batch rules.",
        discussion:
            "Ends with 65 where a rule refuses a window; what is published stays as it is.\n\nEXAMPLE\n  perigee audit --from 2020-02-03 --to 2020-02-10"
    )

    @OptionGroup var days: RangeOptions
    @OptionGroup var options: PipelineOptions
}

/// `perigee publish`: the last stage alone.
struct Publish: StageCommand {
    static let stage = Stage.publish
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish the audited bodies of a range of days, each window in one transaction.",
        discussion: "EXAMPLE\n  perigee publish --from 2020-02-03 --to 2020-02-10")

    @OptionGroup var days: RangeOptions
    @OptionGroup var options: PipelineOptions
}

/// One stage for a range of days: what an orchestrator outside calls.
protocol StageCommand: SessionCommand where Options == PipelineOptions {
    static var stage: Stage { get }
    var days: RangeOptions { get }
}

extension StageCommand {
    func run(_ session: Session) async throws -> ExitStatus { try await runStage(session) }

    func runStage(_ session: Session) async throws -> ExitStatus {
        let stage = Self.stage
        var plan = Plan(command: stage.rawValue, range: try days.range())
        plan.stages = stage...stage
        options.apply(to: &plan)
        // What is landed is asked for again by the first stage; the others go through it again.
        plan.refresh = options.answers.refresh && stage == .extract
        plan.again = options.answers.refresh && stage != .extract
        plan.checkpointLimit = .today
        return try await session.carryOut(plan)
    }
}
