import ArgumentParser
import NearEarth
import Support
import Warehouse

/// `perigee runs`: the runs, newest first.
struct Runs: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the runs, newest first.", discussion: "EXAMPLE\n  perigee runs --limit 5")

    @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit = 20

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        let runs = try await session.withStore { try await $0.runs(limit: limit) }
        session.print(RunsOutput(runs: runs), text: Self.text(runs))
        return .success
    }

    private static func text(_ runs: [RunRecord]) -> String {
        TextTable.text(
            [
                ("run", .right), ("command", .left), ("range", .left), ("started (UTC)", .left), ("status", .left),
                ("windows", .right), ("new", .right), ("revised", .right), ("retired", .right),
                ("quarantined", .right), ("requests", .right), ("waited s", .right),
            ],
            runs.map { run in
                [
                    "\(run.id)", run.command, run.from.flatMap { from in run.to.map { "\(from)..\($0)" } } ?? "",
                    run.startedAt.toTheSecond, run.status.rawValue, "\(run.published + run.skipped)/\(run.planned)",
                    "\(run.inserted)", "\(run.revised)", "\(run.retired)", "\(run.quarantined)", "\(run.requests)",
                    Decimals.text(Double(run.waitedMs) / 1000, 1),
                ]
            })
    }
}

/// `perigee runs --json`: schema `perigee.runs/1`.
struct RunsOutput: Encodable {
    var schema = "perigee.runs/1"
    var runs: [RunRecord]
}
