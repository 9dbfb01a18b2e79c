import ArgumentParser
import NearEarth
import Support
import Warehouse

/// `perigee runs`: the runs, newest first.
struct Runs: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the runs, newest first.", discussion: "EXAMPLE\n  perigee runs --limit 5")

    @Option(name: .limit, help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit = 20

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let runs = try await session.withStore { try await $0.runs(limit: limit) }
        session.print(RunsOutput(runs: runs), text: Self.text(runs, session.screen))
        return .success
    }

    private static func text(_ runs: [RunRecord], _ screen: Screen) -> String {
        TextTable(
            [
                .init("run", .right), .init("command", yields: .drop(9)), .init("days", yields: .drop(10)),
                .init("started (UTC)", yields: .drop(4)), .init("status") { RunOutcome(rawValue: $0)?.tone ?? .plain },
                .init("windows", .right, yields: .drop(5)), .init("new", .right, yields: .drop(8)),
                .init("revised", .right, yields: .drop(7)), .init("retired", .right, yields: .drop(6)),
                .init("quarantined", .right, yields: .drop(2)), .init("requests", .right, yields: .drop(1)),
                .init("waited s", .right, yields: .drop(0)),
            ],
            runs.map { run in
                [
                    "\(run.id)", run.command, run.from.flatMap { from in run.to.map { "\(from)..\($0)" } } ?? "",
                    run.startedAt.toTheMinute, run.outcome.rawValue, "\(run.published + run.skipped)/\(run.planned)",
                    "\(run.inserted)", "\(run.revised)", "\(run.retired)", "\(run.quarantined)", "\(run.requests)",
                    Decimals.text(Double(run.waitedMs) / 1000, 1),
                ]
            }
        ).text(screen)
    }
}

extension RunOutcome {
    /// How it looks.
    var tone: Screen.Tone {
        switch self {
        case .running: .plain
        case .succeeded: .good
        case .partial, .interrupted: .warning
        case .failed: .bad
        }
    }
}

/// `perigee runs --json`: schema `perigee.runs/1`.
struct RunsOutput: Encodable {
    var schema = "perigee.runs/1"
    var runs: [RunRecord]
}
