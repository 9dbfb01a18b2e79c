import ArgumentParser

/// `perigee environment`, and `perigee help environment`: the variables.
struct EnvironmentHelp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environment", abstract: "The environment variables, with their defaults.",
        usage: "perigee help environment",
        discussion: """
            An option comes before an environment variable, that before .env in the working folder, that before the configuration file, that before \
            the default. `perigee config` shows what holds here.

            VARIABLES
            \(variables)
            """, shouldDisplay: false)

    func run() { Terminal.print(HelpText(Perigee.helpMessage(for: Self.self)).text) }

    /// Every variable with its default, from the one list there is.
    private static var variables: String {
        let all =
            Variable.secrets.map { ($0.variable, $0.variable == Variable.key ? "DEMO_KEY" : "") }
            + [(Variable.configFile, Settings.standardFile)] + Setting.allCases.map { ($0.variable, $0.defaultValue) }
        return all.map { "  " + $0.0 + String(repeating: " ", count: 30 - $0.0.count) + $0.1 }.joined(separator: "\n")
    }
}
