import ArgumentParser
import Logging
import NeoWs
import Pipeline
import Scheduling
import Transform

/// Everything that an option, an environment variable, `.env` or the configuration file can set.
///
/// The order is option > environment > `.env` > configuration file > default.
enum Setting: String, CaseIterable {
    // Where data is kept, and what transforms it
    case store, landing, engine, spark, sparkCa, sparkMasterUi, sparkProgram
    // How NASA's service is reached
    case apiUrl, concurrency, attempts, maxWait, connectTimeout, idleTimeout, requestTimeout
    case logLevel, color
    // What `perigee serve` does
    case every, cron, timeZone, start, catchup, lookBack, ahead, misfire, misfireGrace, retries, retryDelay
    case stageTimeout, onFailure
    // How it is reached
    case listen, tlsCertificate, tlsKey, rateLimit, readingTakesToken

    /// What it means, what its text may be, and the value where nobody sets one; empty for none.
    private var definition: (meaning: String, form: Form, defaultValue: String) {
        switch self {
        case .store:
            ("Where to publish: sqlite:PATH, postgres://... or mysql://...", .text("URL"), "sqlite:data/perigee.sqlite")
        case .landing:
            (
                "Where raw and processed files are kept: a folder, or s3://BUCKET/PREFIX.", .text("location"),
                "data/landing"
            )
        case .engine:
            (
                "What transforms: this process, or a Spark cluster.", .word([EmbeddedEngine.name, SparkEngine.name]),
                "embedded"
            )
        case .spark: ("Spark Connect server for --engine spark.", .text("URL"), "sc://localhost:15002")
        case .sparkCa: ("PEM file with a private authority for TLS to the Spark Connect server.", .text("file"), "")
        case .sparkMasterUi:
            (
                "The Spark master's web UI, where doctor counts workers. Without one, port 8080 of the master.",
                .text("URL"), ""
            )
        case .sparkProgram:
            ("This program's path on each Spark worker; it is sent where there is none.", .text("path"), "")
        case .apiUrl: ("Base URL of the service.", .text("URL"), NeoWsClient.standardURL)
        case .concurrency: ("Requests at a time.", .count(1...16), "4")
        case .attempts: ("How often a request is tried before giving up.", .count(1...20), "8")
        case .maxWait: ("How long to wait, in all, for the quota or another run.", .time, "5m")
        case .connectTimeout: ("Bound on connecting.", .time, "10s")
        case .idleTimeout: ("Bound on silence in mid-answer.", .time, "30s")
        case .requestTimeout: ("Bound on a request as a whole.", .time, "2m")
        case .logLevel:
            ("Log to standard error from this level on.", .word(Logger.Level.allCases.map(\.rawValue)), "warning")
        case .color:
            (
                "Color in text: auto is on a terminal, unless NO_COLOR is set.",
                .word(Screen.ColorChoice.allCases.map(\.rawValue)), "auto"
            )
        case .every: ("Interval between runs: 7d, 12h, 30m.", .text("interval"), "7d")
        case .cron: ("Cron expression of five fields, in place of --every: '0 6 * * 1'.", .text("expression"), "")
        case .timeZone: ("Time zone of both, by its IANA name.", .text("zone"), "UTC")
        case .start:
            ("First day: what is due before is not run. Without one, when it was first served.", .text("date"), "")
        case .catchup:
            ("Run every turn that was missed, the oldest first, instead of the newest alone.", .flag, "false")
        case .lookBack:
            ("Days before a run's own that are asked for again: NASA revises past days.", .count(0...366), "7")
        case .ahead:
            ("Days beyond today that the newest run asks for, too: what is coming.", .count(0...366), "60")
        case .misfire:
            (
                "What to do, without catch-up, with a turn that comes too late.",
                .word(ScheduleDefinition.Misfire.allCases.map(\.rawValue)), "run"
            )
        case .misfireGrace: ("How late a turn may come before --misfire decides.", .time, "1h")
        case .retries: ("How often a stage that failed is tried again.", .count(0...20), "2")
        case .retryDelay: ("Pause before the first retry; it doubles each time.", .time, "1m")
        case .stageTimeout: ("Bound on a stage of one window; 0 for none.", .time, "1h")
        case .onFailure:
            (
                "Command for /bin/sh after a run that failed; it gets PERIGEE_RUN and PERIGEE_ERROR.", .text("command"),
                ""
            )
        case .listen:
            ("Where the HTTP API listens: ADDRESS:PORT; port 0 picks a free one.", .text("address"), "127.0.0.1:8380")
        case .tlsCertificate: ("PEM file with the server's certificate chain, for HTTPS.", .text("file"), "")
        case .tlsKey: ("PEM file with the certificate's key.", .text("file"), "")
        case .rateLimit:
            (
                "Requests a second that one client may send, 0 for no bound. Without one: 100, and no bound on loopback.",
                .text("n"), ""
            )
        case .readingTakesToken: ("Demand a token for reading, too.", .flag, "false")
        }
    }

    /// What it means, in a sentence.
    var meaning: String { definition.meaning }
    /// What its text may be.
    var form: Form { definition.form }
    /// The value where nobody sets one.
    var defaultValue: String { definition.defaultValue }

    /// Its option; nil for what is set once for a machine.
    var option: String? {
        switch self {
        case .sparkCa, .sparkMasterUi, .sparkProgram: nil
        default: "--" + words(separator: "-")
        }
    }

    /// Its environment variable. swift-configuration derives the same name from the key and the prefix.
    var variable: String { "PERIGEE_" + words(separator: "_").uppercased() }

    /// The name's words, in lower case. Every start-up asks for all of them: a regular expression would take a
    /// millisecond.
    private func words(separator: String) -> String {
        rawValue.reduce(into: "") { $0 += $1.isUppercase ? separator + $1.lowercased() : String($1) }
    }
}

/// What a setting's text may be.
enum Form {
    /// Any text; what checks it knows more of it. Help shows it under this name.
    case text(String)
    /// A number.
    case count(ClosedRange<Int>)
    /// A time with a unit.
    case time
    /// One of these words.
    case word([String])
    /// True or false.
    case flag

    /// Whether a text is of this form.
    func allows(_ text: String) -> Bool {
        switch self {
        case .text: true
        case .count(let range): Int(text).map(range.contains) ?? false
        case .time: DurationText.duration(text) != nil
        case .word(let words): words.contains(text)
        case .flag: Bool(text) != nil
        }
    }

    /// What to give, for a message.
    var description: String {
        switch self {
        case .text(let name): "aeiou".contains(name.first ?? "x") ? "an \(name)" : "a \(name)"
        case .count(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .time: "a time like 30s, 5m, 2h or 0"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .flag: "true or false"
        }
    }

    /// What a shell completes it with.
    var completion: CompletionKind? {
        switch self {
        case .word(let words): .list(words)
        case .text("file"), .text("path"): .file()
        case .text("location"): .directory
        default: nil
        }
    }

    /// What help shows in place of a value.
    var valueName: String {
        switch self {
        case .text(let name): name.lowercased()
        case .count: "n"
        case .time: "time"
        case .word(let words): words.joined(separator: "|")
        case .flag: "flag"
        }
    }
}

extension Option where Value == String? {
    /// A setting's option, with a letter where people type it often.
    init(_ setting: Setting, short: Character? = nil) {
        let name = short.map { [NameSpecification.Element.long, .customShort($0)] } ?? [.long]
        self.init(name: NameSpecification(name), help: .setting(setting), completion: setting.form.completion)
    }
}

extension ArgumentHelp {
    /// The help of a setting's option, with its default.
    static func setting(_ setting: Setting) -> ArgumentHelp {
        var standard = setting.defaultValue
        if case .flag = setting.form, let option = setting.option { standard = "--no-\(option.dropFirst(2))" }
        return ArgumentHelp(
            setting.meaning + (standard.isEmpty ? "" : " (default: \(standard))"), valueName: setting.form.valueName)
    }
}

/// The variables that are not settings: secrets, which neither an option nor the configuration file may carry, and the
/// configuration file's own place.
enum Variable {
    static let key = "NASA_API_KEY"
    static let storePassword = "PERIGEE_STORE_PASSWORD"
    static let sparkToken = "PERIGEE_SPARK_TOKEN"
    static let configFile = "PERIGEE_CONFIG"

    /// The variable that names a file with a secret.
    static func file(_ secret: String) -> String { secret + "_FILE" }

    /// Secrets, and what they are for.
    static let secrets = [
        (variable: key, meaning: "The key for NASA's API; DEMO_KEY without one."),
        (variable: file(key), meaning: "A file that holds the key and nothing else."),
        (variable: storePassword, meaning: "The password for a PostgreSQL or MySQL store."),
        (variable: file(storePassword), meaning: "A file that holds that password and nothing else."),
        (variable: sparkToken, meaning: "The token for the Spark Connect server."),
        (variable: file(sparkToken), meaning: "A file that holds that token and nothing else."),
    ]
}
