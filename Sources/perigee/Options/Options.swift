import ArgumentParser

/// Where data is kept.
struct StorageOptions: ParsableArguments {
    @Option(help: .setting(.store))
    var store: String?

    @Option(help: .setting(.landing))
    var landing: String?

    var settings: [Setting: String] { [.store: store, .landing: landing].compactMapValues { $0 } }
}

/// Where the store is, for commands that only look.
struct StoreOptions: ParsableArguments {
    @Option(help: .setting(.store))
    var store: String?

    var settings: [Setting: String] { [.store: store].compactMapValues { $0 } }
}

/// How NASA's service is reached.
struct ServiceOptions: ParsableArguments {
    @Option(help: .setting(.apiUrl))
    var apiUrl: String?

    @Option(help: .setting(.engine), completion: .setting(.engine))
    var engine: String?

    @Option(help: .setting(.spark))
    var spark: String?

    @Option(help: .setting(.concurrency))
    var concurrency: String?

    @Option(help: .setting(.attempts))
    var attempts: String?

    @Option(help: .setting(.maxWait))
    var maxWait: String?

    @Option(help: .setting(.connectTimeout))
    var connectTimeout: String?

    @Option(help: .setting(.idleTimeout))
    var idleTimeout: String?

    @Option(help: .setting(.requestTimeout))
    var requestTimeout: String?

    @Flag(help: "Ask again for what is landed already; NASA revises past days.")
    var refresh = false

    @Flag(help: "Accept that NASA takes back more than half of what is published of the days or the object.")
    var acceptRemovals = false

    var settings: [Setting: String] {
        [
            .apiUrl: apiUrl, .engine: engine, .spark: spark, .concurrency: concurrency, .attempts: attempts,
            .maxWait: maxWait,
            .connectTimeout: connectTimeout, .idleTimeout: idleTimeout, .requestTimeout: requestTimeout,
        ].compactMapValues { $0 }
    }
}

/// What is printed, and where settings come from.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print one line of JSON instead of text (docs/json-output.md).")
    var json = false

    @Option(
        help: ArgumentHelp("Configuration file. (default: perigee.json, where there is one)", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: .setting(.logLevel), completion: .setting(.logLevel))
    var logLevel: String?

    var settings: [Setting: String] { [.logLevel: logLevel].compactMapValues { $0 } }
}
