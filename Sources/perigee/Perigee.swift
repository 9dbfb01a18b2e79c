import ArgumentParser
import Support

/// The program: parses, calls, prints.
@main
struct Perigee: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perigee",
        abstract: "NASA's near-Earth-object data in a database you own.",
        usage: "perigee COMMAND [options]",
        discussion: """
            Extracts close approaches from NASA's NeoWs, lands the raw answers, checks each record, and publishes them exactly once.

            EXAMPLES
              perigee run                          the last 7 days
              perigee run --ahead 60               and the 60 days to come
              perigee next --within 5              what comes closer than 5 lunar distances
              perigee approaches --hazardous       what was published
              perigee serve                        on a schedule, with a dashboard

            The API key comes from NASA_API_KEY; without one, DEMO_KEY is used.
            `perigee help COMMAND` explains a command, `perigee help environment` the variables.
            Exit codes: 0 done, 64 usage, 65 data refused, 69 service unavailable, 70 internal, 74 input/output, 75 try again later, 77 access refused, 130 interrupted.
            """,
        version: Version.text,
        subcommands: [Executor.self, EnvironmentHelp.self],
        groupedSubcommands: [
            CommandGroup(name: "Fetch:", subcommands: [Run.self, Backfill.self, Lookup.self, Browse.self]),
            CommandGroup(
                name: "Look:",
                subcommands: [NextCommand.self, Approaches.self, ObjectCommand.self, ChangesCommand.self]),
            CommandGroup(
                name: "Check:",
                subcommands: [
                    Status.self, Runs.self, Show.self, Logs.self, QualityCommand.self, Quarantine.self, Doctor.self,
                    ConfigCommand.self,
                ]),
            CommandGroup(name: "Serve:", subcommands: [Serve.self, ScheduleCommand.self, TokenCommand.self]),
            CommandGroup(
                name: "Keep:",
                subcommands: [Copy.self, Backup.self, Restore.self, Export.self, Migrate.self, Replay.self]),
            CommandGroup(
                name: "Stages, for an orchestrator:",
                subcommands: [Extract.self, Transform.self, Audit.self, Publish.self]),
            CommandGroup(name: "Without NASA:", subcommands: [Simulate.self]),
        ])

    /// Parses, calls, and ends the program with the exit code of what came of it.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let call = Array(CommandLine.arguments.dropFirst())
            // The command has told what it ended with.
            if error is ExitCode { exit(withError: error) }
            if let failure = UsageFailure(error, call) {
                Terminal.error(failure, json: call.contains("--json"))
                exit(withError: ExitCode(failure.exitStatus.rawValue))
            }
            // `help` of what is no command.
            if call.first == "help", let failure = UsageFailure(unknown: Array(call.dropFirst())) {
                Terminal.error(failure)
                exit(withError: ExitCode(failure.exitStatus.rawValue))
            }
            let text = fullMessage(for: error)
            guard text.contains("\nUSAGE: ") || text.hasPrefix("USAGE: ") else { exit(withError: error) }
            Terminal.print(HelpText(text).text)
        }
    }
}

/// What `perigee --version` says.
enum Version {
    static let text = "0.1.0"
    /// What servers are told.
    static let userAgent = "perigee/\(text)"
}
