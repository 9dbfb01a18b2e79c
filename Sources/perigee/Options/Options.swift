import ArgumentParser
import Pipeline

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

    @Option(
        help: ArgumentHelp("Configuration file. (default: perigee.json, where there is one)", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var config: String?

    @Option(.logLevel) var logLevel: String?

    var common: CommonOptions { self }
    var values: [Setting: String?] { [.logLevel: logLevel] }
}

/// Where the store is, for commands that need nothing else.
struct StoreOptions: SessionOptions {
    @Option(.store) var store: String?
    @OptionGroup var common: CommonOptions

    var values: [Setting: String?] { [.store: store] }
}

/// Where data is kept.
struct StorageOptions: SessionOptions {
    @Option(.store) var store: String?
    @Option(.landing) var landing: String?
    @OptionGroup var common: CommonOptions

    var values: [Setting: String?] { [.store: store, .landing: landing] }
}

/// What a run needs: where data is kept, how NASA's service is reached, and what transforms.
struct PipelineOptions: SessionOptions {
    @Option(.store) var store: String?
    @Option(.landing) var landing: String?
    @Option(.apiUrl) var apiUrl: String?
    @Option(.engine) var engine: String?
    @Option(.spark) var spark: String?
    @Option(.concurrency) var concurrency: String?
    @Option(.attempts) var attempts: String?
    @Option(.maxWait) var maxWait: String?
    @Option(.connectTimeout) var connectTimeout: String?
    @Option(.idleTimeout) var idleTimeout: String?
    @Option(.requestTimeout) var requestTimeout: String?

    @Flag(help: "Ask again for what is landed already; NASA revises past days.")
    var refresh = false

    @Flag(help: "Accept that NASA takes back more than half of what is published of the days or the object.")
    var acceptRemovals = false

    @OptionGroup var common: CommonOptions

    var values: [Setting: String?] {
        [
            .store: store, .landing: landing, .apiUrl: apiUrl, .engine: engine, .spark: spark,
            .concurrency: concurrency, .attempts: attempts, .maxWait: maxWait, .connectTimeout: connectTimeout,
            .idleTimeout: idleTimeout, .requestTimeout: requestTimeout,
        ]
    }

    /// Has a plan do what the flags say.
    func apply(to plan: inout Plan) {
        plan.refresh = refresh
        plan.acceptsRemovals = acceptRemovals
    }
}
