import ArgumentParser
import Pipeline
import Support
import Warehouse

/// `perigee copy`: a store into another one.
struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a store into an empty one of any kind: how a SQLite user moves to a server.",
        discussion: """
            Everything goes over, history, quarantine and ledger included, in one transaction; the content hash is compared at the end.
            Both stores use the same PERIGEE_STORE_PASSWORD; where they differ, give one of them by its own means (.pgpass, MYSQL_PASSWORD).

            EXAMPLE
              perigee copy --from sqlite:data/perigee.sqlite --to postgres://perigee@db.example.org/neo
            """)

    @Option(help: ArgumentHelp("The store to copy.", valueName: "url"))
    var from: String

    @Option(help: ArgumentHelp("The empty store that takes it.", valueName: "url"))
    var to: String

    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let (from, to) = (from, to)
        try await Session.run(common) { session in
            let source = try await session.database(from, mustExist: true)
            let target = try await session.database(to, mustExist: false)
            let summary = try await StoreCopy.copy(from: source, to: target)
            await source.close()
            await target.close()
            if session.json {
                Terminal.print(
                    JSONText.line(
                        CopyOutput(
                            from: source.location, to: target.location, contentHash: summary.contentHash,
                            rows: summary.rows)))
            } else {
                let rows = summary.rows.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
                    separator: ", ")
                Terminal.print(
                    "Copied \(source.location) to \(target.location)\nRows: \(rows)\nContent hash: \(summary.contentHash), the same in both"
                )
            }
            return .success
        }
    }
}

/// `perigee copy --json`: schema `perigee.copy/1`.
struct CopyOutput: Encodable {
    var schema = "perigee.copy/1"
    var from: String
    var to: String
    var contentHash: String
    var rows: [String: Int]

    enum CodingKeys: String, CodingKey {
        case schema, from, to, rows
        case contentHash = "content_hash"
    }
}
