import ArgumentParser

/// Where data is kept.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where to publish: sqlite:PATH, postgres://... or mysql://... (default: sqlite:data/perigee.sqlite)", valueName: "url"))
    var store: String?

    @Option(help: ArgumentHelp("Where raw and processed files are kept: a folder, or s3://BUCKET/PREFIX. (default: data/landing)", valueName: "place"))
    var landing: String?

    var settings: [Setting: String] { [.store: store, .landing: landing].compactMapValues { $0 } }
}

/// Where the store is, for commands that only look.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The store: sqlite:PATH, postgres://... or mysql://... (default: sqlite:data/perigee.sqlite)", valueName: "url"))
    var store: String?

    var settings: [Setting: String] { [.store: store].compactMapValues { $0 } }
}

/// How NASA's service is reached.
struct ServiceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Base URL of the service. (default: https://api.nasa.gov/neo/rest/v1)", valueName: "url"))
    var apiUrl: String?

    @Option(help: ArgumentHelp("What transforms: embedded or spark. (default: embedded)", valueName: "engine"))
    var engine: String?

    @Option(help: ArgumentHelp("Spark Connect server for --engine spark. (default: sc://localhost:15002)", valueName: "url"))
    var spark: String?

    @Option(help: ArgumentHelp("Requests at a time, 1 to 16. (default: 4)", valueName: "n"))
    var concurrency: Int?

    @Option(help: ArgumentHelp("How often a request is tried before giving up, 1 to 20. (default: 8)", valueName: "n"))
    var attempts: Int?

    @Option(help: ArgumentHelp("How long to wait, in all, for the quota or another run: 30s, 5m, 2h. (default: 5m)", valueName: "time"))
    var maxWait: String?

    @Option(help: ArgumentHelp("Bound on connecting. (default: 10s)", valueName: "time"))
    var connectTimeout: String?

    @Option(help: ArgumentHelp("Bound on silence in mid-answer. (default: 30s)", valueName: "time"))
    var idleTimeout: String?

    @Option(help: ArgumentHelp("Bound on a request as a whole. (default: 2m)", valueName: "time"))
    var requestTimeout: String?

    @Flag(help: "Ask again for what is landed already; NASA revises past days.")
    var refresh = false

    @Flag(help: "Accept that NASA takes back more than half of what is published of the days or the object.")
    var acceptRemovals = false

    var settings: [Setting: String] {
        [
            .apiUrl: apiUrl, .engine: engine, .spark: spark, .concurrency: concurrency.map(String.init), .attempts: attempts.map(String.init),
            .maxWait: maxWait,
            .connectTimeout: connectTimeout, .idleTimeout: idleTimeout, .requestTimeout: requestTimeout,
        ].compactMapValues { $0 }
    }
}

/// What is printed, and where settings come from.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print one line of JSON instead of text (docs/json-output.md).")
    var json = false

    @Option(help: ArgumentHelp("Configuration file. (default: perigee.json, where there is one)", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Log to standard error from this level on: debug, info, notice, warning, error. (default: warning)", valueName: "level"))
    var logLevel: String?

    var settings: [Setting: String] { [.logLevel: logLevel].compactMapValues { $0 } }
}
