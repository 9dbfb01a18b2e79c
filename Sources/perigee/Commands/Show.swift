import ArgumentParser
import NearEarth
import Support
import Warehouse

/// `perigee show`: one run in full.
struct Show: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its windows, counts, waits and quality results.",
        discussion: "EXAMPLES\n  perigee show\n  perigee show 12")

    @Argument(help: .run)
    var number: Int64?

    @OptionGroup var options: StoreOptions

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let (output, sums) = try await session.withStore { store in
            let run = try await store.run(number, session)
            return (
                ShowOutput(
                    run: run, batches: try await store.batches(run: run.id, limit: 100_000),
                    quality: try await store.quality(run: run.id)), try await store.qualitySums(run: run.id)
            )
        }
        session.print(output, text: output.text(sums, session.screen))
        return .success
    }
}

extension ArgumentHelp {
    /// The help of a run's number.
    static var run: ArgumentHelp {
        ArgumentHelp("The run's number, as `perigee runs` lists it; the newest run without one.", valueName: "run")
    }
}

extension Store {
    /// A run of the ledger, or an error that says how to find one; the newest where none is named, which is said.
    func run(_ number: RunID?, _ session: Session) async throws -> RunRecord {
        guard let number else {
            guard let newest = try await runs(limit: 1).first else {
                throw CommandFailure(.usage, "there is no run in \(location) yet", next: "run `perigee run` first")
            }
            session.note("perigee: no run was named; this is the newest, \(newest.id)")
            return newest
        }
        guard let run = try await run(number) else {
            throw CommandFailure(.usage, "there is no run \(number) in \(location)", next: "see `perigee runs`")
        }
        return run
    }
}

/// `perigee show --json`: schema `perigee.show/1`.
struct ShowOutput: Encodable {
    var schema = "perigee.show/1"
    var run: RunRecord
    var batches: [BatchRecord]
    var quality: [QualityRecord]

    /// The same for people, with the rules' results summed over the batches.
    func text(_ sums: [QualityResult], _ screen: Screen) -> String {
        var lines = [
            "Run \(run.id): \(run.command), \(run.outcome.rawValue)\(run.exitCode.map { ", exit code \($0)" } ?? "")",
            "Started \(Timestamp.text(run.startedAt)) UTC\(run.finishedAt.map { ", ended \(Timestamp.text($0))" } ?? "")",
            "By process \(run.pid) on \(run.host), engine \(run.engine)",
            "Service \(run.service)",
            "Windows \(run.planned) planned, \(run.published) published, \(run.skipped) up to date, \(run.failed) failed",
            "Approaches \(run.inserted) new, \(run.revised) revised, \(run.retired) retired, \(run.unchanged) unchanged, \(run.quarantined) in quarantine",
            "Requests \(run.requests), waited \(Decimals.text(Double(run.waitedMs) / 1000, 1)) s\(run.remaining.map { ", \($0) left" } ?? "")",
        ]
        if let error = run.error { lines.append("Error \(error)") }
        if !batches.isEmpty { lines += ["", batchTable(screen)] }
        if !sums.isEmpty { lines += ["", QualityTable.text(sums, screen)] }
        return lines.joined(separator: "\n")
    }

    private func batchTable(_ screen: Screen) -> String {
        func text(_ count: Int?) -> String { count.map(String.init) ?? "" }
        return TextTable(
            [
                .init("batch", yields: .shorten(7, to: 27)), .init("state"), .init("listed", .right, yields: .drop(2)),
                .init("new", .right, yields: .drop(6)), .init("revised", .right, yields: .drop(5)),
                .init("retired", .right, yields: .drop(4)), .init("quarantined", .right, yields: .drop(1)),
                .init("raw file", yields: .drop(0)), .init("error", yields: .shorten(3, to: 16)),
            ],
            batches.sorted { $0.batch < $1.batch }.map {
                [
                    $0.batch, $0.state.rawValue, text($0.listed), text($0.inserted), text($0.revised), text($0.retired),
                    text($0.rejected), $0.rawFile ?? "", $0.error ?? "",
                ]
            }
        ).text(screen)
    }
}
