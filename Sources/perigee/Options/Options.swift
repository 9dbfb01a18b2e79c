import ArgumentParser
import Pipeline

extension NameSpecification {
    /// How many rows.
    static let limit: Self = [.long, .customShort("n")]
    /// Where something is written to.
    static let output: Self = [.long, .customShort("o")]
}

/// The options of a command that works in a session.
protocol SessionOptions: ParsableArguments, Sendable {
    var common: CommonOptions { get }
    /// What its own options set; nil for those that are not given.
    var values: [Setting: String?] { get }
}

extension SessionOptions {
    /// The settings that are given on the command line.
    var settings: [Setting: String] { values.merging(common.values) { $1 }.compactMapValues(\.self) }
}

/// What is printed, and where settings come from.
struct CommonOptions: SessionOptions {
    @Flag(help: "Print one line of JSON instead of text (docs/json-output.md).")
    var json = false

    @Flag(
        name: .shortAndLong,
        help: "Tell nothing but what was asked for and what went wrong; no warnings.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Log what is done, too: the same as --log-level info.")
    var verbose = false

    @Flag(help: "Show every column of a table, also where the terminal is too narrow.")
    var wide = false

    @Option(.color) var color: String?

    @Option(
        help: ArgumentHelp("Configuration file. (default: perigee.json, where there is one)", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var config: String?

    @Option(.logLevel) var logLevel: String?

    var common: CommonOptions { self }
    var values: [Setting: String?] { [.logLevel: logLevel ?? (verbose ? "info" : nil), .color: color] }
}

/// Where data is kept.
struct LocationOptions: ParsableArguments {
    @Option(.store, short: "s") var store: String?
    @Option(.landing) var landing: String?

    var values: [Setting: String?] { [.store: store, .landing: landing] }
}

/// Where the store is, for commands that need nothing else.
struct StoreOptions: SessionOptions {
    @Option(.store, short: "s") var store: String?
    @OptionGroup(title: "Output and settings") var common: CommonOptions

    var values: [Setting: String?] { [.store: store] }
}

/// Where data is kept, for commands that need nothing else.
struct StorageOptions: SessionOptions {
    @OptionGroup var locations: LocationOptions
    @OptionGroup(title: "Output and settings") var common: CommonOptions

    var values: [Setting: String?] { locations.values }
}

/// When an answer is not enough.
struct DemandOptions: ParsableArguments {
    @Flag(
        help:
            "Refuse an answer that leaves a day out, or lists no approach, instead of warning of it; also one that is published."
    )
    var strict = false

    @Option(help: ArgumentHelp("Refuse a window that lists fewer approaches than this.", valueName: "n"))
    var minimum: Int?

    func validate() throws {
        if let minimum, minimum < 0 { throw ValidationError("--minimum is 0 or more.") }
    }

    /// Has a plan demand as much.
    func apply(to plan: inout Plan) { (plan.demand.isStrict, plan.demand.minimum) = (strict, minimum) }
}

/// What is done with NASA's answers.
struct AnswerOptions: ParsableArguments {
    @Flag(help: "Ask again for what is landed already; NASA revises past days.")
    var refresh = false

    @Flag(help: "Accept that NASA takes back more than half of what is published of the days or the object.")
    var acceptRemovals = false

    @OptionGroup var demand: DemandOptions
}

/// How NASA's service is reached.
struct ServiceOptions: ParsableArguments {
    @Option(.apiUrl) var apiUrl: String?
    @Option(.concurrency) var concurrency: String?
    @Option(.attempts) var attempts: String?
    @Option(.maxWait) var maxWait: String?
    @Option(.connectTimeout) var connectTimeout: String?
    @Option(.idleTimeout) var idleTimeout: String?
    @Option(.requestTimeout) var requestTimeout: String?

    var values: [Setting: String?] {
        [
            .apiUrl: apiUrl, .concurrency: concurrency, .attempts: attempts, .maxWait: maxWait,
            .connectTimeout: connectTimeout, .idleTimeout: idleTimeout, .requestTimeout: requestTimeout,
        ]
    }
}

/// What transforms.
struct EngineOptions: ParsableArguments {
    @Option(.engine) var engine: String?
    @Option(.spark) var spark: String?

    var values: [Setting: String?] { [.engine: engine, .spark: spark] }
}

/// What work needs: where data is kept, how NASA's service is reached, and what transforms.
struct WorkOptions: SessionOptions {
    @OptionGroup(title: "Where data is kept") var locations: LocationOptions
    @OptionGroup(title: "NASA's service") var service: ServiceOptions
    @OptionGroup(title: "Engine") var engine: EngineOptions
    @OptionGroup(title: "Output and settings") var common: CommonOptions

    var values: [Setting: String?] {
        locations.values.merging(service.values) { $1 }.merging(engine.values) { $1 }
    }
}

/// What a run needs.
struct PipelineOptions: SessionOptions {
    @OptionGroup(title: "Answers") var answers: AnswerOptions
    @OptionGroup var work: WorkOptions

    var common: CommonOptions { work.common }
    var values: [Setting: String?] { work.values }

    /// Has a plan do what the options say.
    func apply(to plan: inout Plan) {
        plan.refresh = answers.refresh
        plan.acceptsRemovals = answers.acceptRemovals
        answers.demand.apply(to: &plan)
    }
}
