import ArgumentParser
import Support
import Warehouse

/// `perigee copy`: a store into another one.
struct Copy: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a store into an empty one of any kind: how a SQLite user moves to a server.",
        discussion: """
            Everything goes over, history, quarantine and ledger included, in one transaction; the content hash is compared at the end. \
            Both stores use the same PERIGEE_STORE_PASSWORD; where they differ, give one of them by its own means (.pgpass, MYSQL_PASSWORD).

            EXAMPLES
              perigee copy --from sqlite:data/perigee.sqlite --to sqlite:other.sqlite
              perigee copy --from sqlite:neo.sqlite --to postgres://neo@db.example.org/neo
            """)

    @Option(help: ArgumentHelp("The store to copy.", valueName: "url"))
    var from: String

    @Option(help: ArgumentHelp("The empty store that takes it.", valueName: "url"))
    var to: String

    @OptionGroup var options: CommonOptions

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.withDatabase(from, mustExist: true) { source in
            try await session.withDatabase(to, mustExist: false) { target in
                let summary = try await session.withProgress { progress in
                    try await StoreCopy.copy(from: source, to: target) { progress.show($0) }
                }
                let (hash, rows) = (summary.contentHash, summary.rows)
                let counts = rows.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                session.print(
                    CopyOutput(from: source.location, to: target.location, contentHash: hash, rows: rows),
                    text: """
                        Copied \(source.location) to \(target.location)
                        Rows: \(counts.joined(separator: ", "))
                        Content hash: \(hash), the same in both
                        """)
            }
        }
        return .success
    }
}

/// `perigee copy --json`: schema `perigee.copy/1`.
struct CopyOutput: Encodable {
    var schema = "perigee.copy/1"
    var from: String
    var to: String
    var contentHash: String
    var rows: [String: Int]
}
