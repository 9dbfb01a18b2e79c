import ArgumentParser
import Support

/// `perigee config`: every setting, its value and where that comes from.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show every setting, its value and where that comes from.",
        discussion: """
            Order: option, environment, .env, configuration file, default. Of secrets it says only whether they are set.
            A value that is not of its setting's form ends it with 64.

            EXAMPLES
              perigee config
              PERIGEE_MAX_WAIT=1h perigee config --json
            """)

    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await Session.run(common) { session in
            let settings = session.settings
            if session.json {
                Terminal.print(JSONText.line(ConfigOutput(settings)))
            } else {
                var table = TextTable([("setting", .left), ("value", .left), ("from", .left)])
                for row in ConfigOutput(settings).settings { table.add([row.name, row.value, row.source]) }
                for secret in ConfigOutput(settings).secrets {
                    table.add([secret.variable, secret.isSet ? "***" : "", ""])
                }
                Terminal.print(table.text)
            }
            for setting in Setting.allCases { try settings.check(setting) }
            return .success
        }
    }
}

/// `perigee config --json`: schema `perigee.config/1`.
struct ConfigOutput: Encodable {
    var schema = "perigee.config/1"
    var settings: [Row]
    var secrets: [Secret]

    struct Row: Encodable {
        var name: String
        var option: String?
        var variable: String
        var value: String
        var source: String
        var `default`: String
        var meaning: String
        var form: String
    }

    struct Secret: Encodable {
        var variable: String
        var isSet: Bool
        var meaning: String
    }

    init(_ settings: Settings) {
        self.settings = Setting.allCases.map { setting in
            let (text, source) = settings.given(setting)
            return Row(
                name: setting.rawValue, option: setting.option, variable: setting.variable, value: text,
                source: source == .standard ? "default" : settings.name(setting), default: setting.defaultValue,
                meaning: setting.meaning, form: setting.form.description)
        }
        secrets = Variable.secrets.map {
            Secret(variable: $0.variable, isSet: settings.isSet($0.variable), meaning: $0.meaning)
        }
    }
}
