import ArgumentParser
import Support
import Warehouse

/// `perigee migrate`: the schema's steps.
struct Migrate: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Show the schema's steps and apply those to come.",
        discussion: """
            Every command that opens a store does this by itself; this one is for whoever wants to see or do it beforehand.

            EXAMPLE
              perigee migrate --store postgres://perigee@db.example.org/neo --dry-run
            """)

    @Flag(help: "Only show; apply nothing.")
    var dryRun = false

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.withDatabase(session.settings[.store], mustExist: dryRun) { database in
            let (present, pending) = try await database.migrations()
            if !dryRun { try await database.migrate() }
            session.print(
                MigrateOutput(
                    store: database.location, present: present, applied: dryRun ? [] : pending,
                    pending: dryRun ? pending : []),
                text: (present.map { "\($0)  present" }
                    + pending.map { "\($0)  \(dryRun ? "to come" : "applied now")" }).joined(separator: "\n"))
        }
        return .success
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
