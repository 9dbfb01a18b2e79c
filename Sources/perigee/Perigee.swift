import ArgumentParser

/// The program: parses, calls, prints.
@main
struct Perigee: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perigee",
        abstract: "NASA's near-Earth-object data in a database you own.",
        discussion: """
            \(Self.overview)

            ENVIRONMENT (option > environment > .env > configuration file > default)
            \(Self.variables)
            """,
        version: Version.text,
        subcommands: [Executor.self],
        groupedSubcommands: [
            CommandGroup(name: "Pipeline:", subcommands: [Run.self, Backfill.self, Lookup.self, Browse.self]),
            CommandGroup(
                name: "Stages:", subcommands: [Extract.self, Transform.self, Audit.self, Publish.self, Replay.self]),
            CommandGroup(name: "Serving:", subcommands: [Serve.self, ScheduleCommand.self, TokenCommand.self]),
            CommandGroup(
                name: "Looking:",
                subcommands: [
                    NextCommand.self, Approaches.self, ObjectCommand.self, ChangesCommand.self, Status.self, Runs.self,
                    Show.self, Logs.self, QualityCommand.self, Quarantine.self,
                ]),
            CommandGroup(
                name: "Keeping:",
                subcommands: [
                    Migrate.self, Copy.self, Backup.self, Restore.self, Export.self, Doctor.self, ConfigCommand.self,
                ]),
            CommandGroup(name: "Offline:", subcommands: [Simulate.self]),
        ])

    private static let overview = """
        Extracts close approaches from NASA's NeoWs, lands the raw bodies, transforms, audits and publishes them, exactly once.

        EXAMPLES
          perigee run                                      the last 7 days
          perigee run --from 2020-02-03 --to 2020-02-10    a range of days
          perigee backfill --from 2020-01-01 --to 2020-12-31
          perigee approaches --hazardous --sort distance   look at what was published
          perigee transform landing/ --output neos.csv     raw bodies to CSV, without a store

        The API key comes from NASA_API_KEY (or NASA_API_KEY_FILE, or .env); without one, DEMO_KEY is used.
        Exit codes: 0 done, 64 usage, 65 data refused, 69 service unavailable, 70 internal, 74 input/output, 75 try again later, 77 key refused.
        """

    /// Every variable with its default, from the one list there is.
    private static let variables =
        (Variable.secrets.map { ($0.variable, $0.variable == Variable.key ? "DEMO_KEY" : "") } + [
            (Variable.configFile, Settings.standardFile)
        ]
        + Setting.allCases.map { ($0.variable, $0.defaultValue) })
        .map { "  " + $0.0 + String(repeating: " ", count: 30 - $0.0.count) + $0.1 }.joined(separator: "\n")
}

/// What `perigee --version` says.
enum Version {
    static let text = "0.1.0"
    /// What servers are told.
    static let userAgent = "perigee/\(text)"
}
