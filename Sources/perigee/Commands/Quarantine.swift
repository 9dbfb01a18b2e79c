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
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List quarantined records.",
            discussion: "EXAMPLE\n  perigee quarantine list --all")

        @Flag(help: "The resolved ones too.")
        var all = false

        @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
        var limit = 100

        @OptionGroup var storage: StoreOptions
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
        }

        mutating func run() async throws {
            let command = self
            try await Session.run(common, storage.settings) { session in
                let store = try await session.openExistingStore()
                let entries = try await store.quarantine(includingResolved: command.all, limit: command.limit)
                await store.close()
                if session.json {
                    Terminal.print(JSONText.line(QuarantineOutput(entries: entries)))
                    return .success
                }
                var table = TextTable([
                    ("id", .right), ("status", .left), ("SPK-ID", .left), ("rule", .left), ("path", .left),
                    ("value", .left), ("raw file", .left),
                ])
                for entry in entries {
                    table.add([
                        "\(entry.id)", entry.status, entry.spkID ?? "", entry.rule, entry.path,
                        String(entry.value.prefix(40)), entry.rawFile,
                    ])
                }
                Terminal.print(entries.isEmpty ? "The quarantine is empty." : table.text)
                return .success
            }
        }
    }

    /// `perigee quarantine show`
    struct ShowEntry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a quarantined record with its source.",
            discussion: "EXAMPLE\n  perigee quarantine show 3")

        @Argument(help: ArgumentHelp("The entry's number.", valueName: "id"))
        var number: Int64

        @OptionGroup var storage: StoreOptions
        @OptionGroup var common: CommonOptions

        mutating func run() async throws {
            let number = number
            try await Session.run(common, storage.settings) { session in
                let store = try await session.openExistingStore()
                let found = try await store.quarantineEntry(number)
                await store.close()
                guard let entry = found else {
                    throw CommandFailure(
                        .usage, "there is no entry \(number) in the quarantine",
                        next: "see `perigee quarantine list --all`")
                }
                if session.json {
                    Terminal.print(JSONText.line(QuarantineOutput(entries: [entry])))
                } else {
                    Terminal.print(
                        """
                        Entry \(entry.id), \(entry.status)\(entry.resolvedRun.map { " by run \($0)" } ?? ""), of \(entry.batch), run \(entry.run)
                        Rule:     \(entry.rule): \(entry.reason)
                        Path:     \(entry.path)
                        Value:    \(entry.value.isEmpty ? "(absent)" : entry.value)
                        SPK-ID:   \(entry.spkID ?? "(absent)")
                        Raw file: \(entry.rawFile) (SHA-256 \(entry.rawSHA256))
                        \(entry.record)
                        """)
                }
                return .success
            }
        }
    }

    /// `perigee quarantine replay`
    struct ReplayOpen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay", abstract: "Transform the bodies of open records again, and publish what passes now.",
            discussion: """
                With --refresh NASA is asked for new bodies first; without, it is not asked.

                EXAMPLES
                  perigee quarantine replay
                  perigee quarantine replay --refresh
                """)

        @OptionGroup var storage: StorageOptions
        @OptionGroup var service: ServiceOptions
        @OptionGroup var common: CommonOptions

        mutating func run() async throws {
            let (refresh, accepts) = (service.refresh, service.acceptRemovals)
            try await Session.run(common, storage.settings.merging(service.settings) { $1 }) { session in
                let open = try await session.openExistingStore()
                let names = Set(try await open.quarantine(includingResolved: false, limit: 1_000_000).map(\.batch))
                await open.close()
                var plan = Plan(command: "replay", batches: names.sorted().compactMap(Batch.init(name:)))
                plan.refresh = refresh
                plan.acceptsRemovals = accepts
                plan.again = true
                if !refresh { plan.stages = .transform ... .publish }
                return try await session.carryOut(plan)
            }
        }
    }
}

/// `perigee quarantine list --json`: schema `perigee.quarantine/1`.
struct QuarantineOutput: Encodable {
    var schema = "perigee.quarantine/1"
    var entries: [QuarantineEntry]
}
