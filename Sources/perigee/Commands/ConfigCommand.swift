import ArgumentParser
import Support

/// `perigee config`: every setting, its value and where that comes from.
struct ConfigCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show every setting, its value and where that comes from.",
        discussion: """
            Order: option, environment, .env, configuration file, default. Of secrets it says only whether they are set. \
            A value that is not of its setting's form ends it with 64.

            EXAMPLES
              perigee config
              PERIGEE_MAX_WAIT=1h perigee config --json
            """)

    @OptionGroup var options: CommonOptions

    func run(_ session: Session) async throws -> ExitStatus {
        let output = ConfigOutput(session.settings)
        session.print(output, text: output.text(session.screen))
        for setting in Setting.allCases { try session.settings.check(setting) }
        return .success
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
                source: source ?? "default", default: setting.defaultValue, meaning: setting.meaning,
                form: setting.form.description)
        }
        secrets = Variable.secrets.map {
            Secret(variable: $0.variable, isSet: settings.isSet($0.variable), meaning: $0.meaning)
        }
    }

    /// The same for people.
    func text(_ screen: Screen) -> String {
        TextTable(
            [
                .init("setting", yields: .shorten(2, to: 27)), .init("value", yields: .shorten(1, to: 20)),
                .init("from", yields: .shorten(0, to: 20)),
            ],
            settings.map { [$0.name, $0.value, $0.source] } + secrets.map { [$0.variable, $0.isSet ? "***" : "", ""] }
        ).text(screen)
    }
}
