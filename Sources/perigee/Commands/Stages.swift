import ArgumentParser
import NearEarth
import Pipeline

/// `perigee extract`: the first stage alone.
struct Extract: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Ask NASA for a range of days and land the raw bodies.",
        discussion:
            "What is landed already is not asked for again, unless --refresh says so.\n\nEXAMPLE\n  perigee extract --from 2020-02-03 --to 2020-02-10 --json"
    )

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await runStage(.extract, days, storage, service, common)
    }
}

/// `perigee audit`: the third stage alone.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Hold the landed bodies of a range of days against the batch rules.",
        discussion:
            "Ends with 65 where a rule refuses a window; what is published stays as it is.\n\nEXAMPLE\n  perigee audit --from 2020-02-03 --to 2020-02-10"
    )

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await runStage(.audit, days, storage, service, common)
    }
}

/// `perigee publish`: the last stage alone.
struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish the audited bodies of a range of days, each window in one transaction.",
        discussion: "EXAMPLE\n  perigee publish --from 2020-02-03 --to 2020-02-10")

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await runStage(.publish, days, storage, service, common)
    }
}

/// One stage for a range of days: what an orchestrator outside calls.
func runStage(
    _ stage: Stage, _ days: RangeOptions, _ storage: StorageOptions, _ service: ServiceOptions, _ common: CommonOptions
) async throws {
    try await Session.run(common, storage.settings.merging(service.settings) { $1 }) { session in
        var plan = Plan(command: stage.rawValue, range: try days.range())
        plan.stages = stage...stage
        plan.refresh = service.refresh && stage == .extract
        plan.again = service.refresh && stage != .extract
        plan.acceptsRemovals = service.acceptRemovals
        plan.movesCheckpoint = true
        return try await session.carryOut(plan)
    }
}
