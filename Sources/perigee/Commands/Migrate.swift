import ArgumentParser
import Pipeline
import Support
import Warehouse

/// `perigee migrate`: the schema's steps.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Show the schema's steps and apply those to come.",
        discussion: """
            Every command that opens a store does this by itself; this one is for whoever wants to see or do it beforehand.

            EXAMPLE
              perigee migrate --store postgres://perigee@db.example.org/neo --dry-run
            """)

    @Flag(help: "Only show; apply nothing.")
    var dryRun = false

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let dryRun = dryRun
        try await Session.run(common, storage.settings) { session in
            let database = try await session.database(session.settings[.store], mustExist: dryRun)
            let before = try await database.migrations()
            if !dryRun { try await database.migrate() }
            let location = database.location
            await database.close()
            let applied = dryRun ? [] : before.pending
            if session.json {
                Terminal.print(
                    JSONText.line(
                        MigrateOutput(
                            store: location, present: before.applied, applied: applied,
                            pending: dryRun ? before.pending : [])))
            } else {
                var lines = before.applied.map { "\($0)  present" }
                lines += before.pending.map { "\($0)  \(dryRun ? "to come" : "applied now")" }
                Terminal.print(lines.joined(separator: "\n"))
            }
            return .success
        }
    }
}

/// `perigee migrate --json`: schema `perigee.migrate/1`.
struct MigrateOutput: Encodable {
    var schema = "perigee.migrate/1"
    var store: String
    var present: [String]
    var applied: [String]
    var pending: [String]
}
