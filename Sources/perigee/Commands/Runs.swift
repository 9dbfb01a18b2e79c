import ArgumentParser
import Foundation
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee runs`: the runs, newest first.
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the runs, newest first.", discussion: "EXAMPLE\n  perigee runs --limit 5")

    @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit = 20

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    mutating func run() async throws {
        let limit = limit
        try await Session.run(common, storage.settings) { session in
            let store = try await session.openExistingStore()
            let runs = try await store.runs(limit: limit)
            await store.close()
            if session.json {
                Terminal.print(JSONText.line(RunsOutput(runs: runs)))
                return .success
            }
            var table = TextTable([
                ("run", .right), ("command", .left), ("range", .left), ("started (UTC)", .left), ("status", .left),
                ("windows", .right),
                ("new", .right), ("revised", .right), ("retired", .right), ("quarantined", .right),
                ("requests", .right), ("waited s", .right),
            ])
            for run in runs {
                table.add([
                    "\(run.id)", run.command, run.from.flatMap { from in run.to.map { "\(from)..\($0)" } } ?? "",
                    String(Timestamp.text(run.startedAt).prefix(19)), run.status.rawValue,
                    "\(run.published + run.skipped)/\(run.planned)",
                    "\(run.inserted)", "\(run.revised)", "\(run.retired)", "\(run.quarantined)", "\(run.requests)",
                    Decimals.text(Double(run.waitedMs) / 1000, 1),
                ])
            }
            Terminal.print(table.text)
            return .success
        }
    }
}

/// `perigee runs --json`: schema `perigee.runs/1`.
struct RunsOutput: Encodable {
    var schema = "perigee.runs/1"
    var runs: [RunRecord]
}
