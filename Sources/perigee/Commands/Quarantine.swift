import ArgumentParser
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee quarantine`: the records that were not published.
struct Quarantine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at the records that broke a rule, and try them again.",
        subcommands: [List.self, ShowEntry.self, ReplayOpen.self], defaultSubcommand: List.self)

    /// `perigee quarantine list`
    struct List: SessionCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List quarantined records.",
            discussion: "EXAMPLE\n  perigee quarantine list --all")

        @Flag(help: "The resolved ones too.")
        var all = false

        @Option(name: .limit, help: ArgumentHelp("At most so many.", valueName: "n"))
        var limit = 100

        @OptionGroup var options: StoreOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
        }

        func run(_ session: Session) async throws -> ExitStatus {
            let entries = try await session.withStore {
                try await $0.quarantine(QuarantineFilter(includesResolved: all), limit: limit)
            }
            session.print(
                QuarantineOutput(entries: entries),
                text: entries.isEmpty ? "The quarantine is empty." : Self.text(entries, session.screen))
            return .success
        }

        private static func text(_ entries: [QuarantineEntry], _ screen: Screen) -> String {
            TextTable(
                [
                    .init("id", .right), .init("status", yields: .drop(1)), .init("SPK-ID", yields: .drop(5)),
                    .init("rule", yields: .shorten(6, to: 20)),
                    .init("path", yields: .shorten(3, to: 16)), .init("value", yields: .shorten(4, to: 12)),
                    .init("raw file", yields: .drop(0)),
                ],
                entries.map {
                    [
                        "\($0.id)", $0.status, $0.spkID ?? "", $0.rule, $0.path, String($0.value.prefix(40)),
                        $0.rawFile,
                    ]
                }
            ).text(screen)
        }
    }

    /// `perigee quarantine show`
    struct ShowEntry: SessionCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a quarantined record with its source.",
            discussion: "EXAMPLE\n  perigee quarantine show 3")

        @Argument(help: ArgumentHelp("The entry's number.", valueName: "id"))
        var number: Int64

        @OptionGroup var options: StoreOptions

        func run(_ session: Session) async throws -> ExitStatus {
            guard let entry = try await session.withStore({ try await $0.quarantineEntry(number) }) else {
                throw CommandFailure(
                    .usage, "there is no entry \(number) in the quarantine",
                    next: "see `perigee quarantine list --all`")
            }
            session.print(
                QuarantineOutput(entries: [entry]),
                text: """
                    Entry \(entry.id), \(entry.status)\(entry.resolvedRun.map { " by run \($0)" } ?? ""), of \(entry.batch), run \(entry.run)
                    Rule:     \(entry.rule): \(entry.reason)
                    Path:     \(entry.path)
                    Value:    \(entry.value.isEmpty ? "(absent)" : entry.value)
                    SPK-ID:   \(entry.spkID ?? "(absent)")
                    Raw file: \(entry.rawFile) (SHA-256 \(entry.rawSHA256))
                    \(entry.record)
                    """)
            return .success
        }
    }

    /// `perigee quarantine replay`
    struct ReplayOpen: SessionCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay", abstract: "Transform the bodies of open records again, and publish what passes now.",
            discussion: """
                With --refresh NASA is asked for new bodies first; without, it is not asked.

                EXAMPLES
                  perigee quarantine replay
                  perigee quarantine replay --refresh
                """)

        @OptionGroup var options: PipelineOptions

        func run(_ session: Session) async throws -> ExitStatus {
            var plan = try await session.withStore { try await Plan.replay(ofOpenIn: $0) }
            options.apply(to: &plan)
            if plan.refresh { plan.stages = .extract ... .publish }
            return try await session.carryOut(plan)
        }
    }
}

/// `perigee quarantine list --json`: schema `perigee.quarantine/1`.
struct QuarantineOutput: Encodable {
    var schema = "perigee.quarantine/1"
    var entries: [QuarantineEntry]
}
