import ArgumentParser
import Foundation
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee show`: one run in full.
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its windows, counts, waits and quality results.",
        discussion: "EXAMPLE\n  perigee show 12")

    @Argument(help: ArgumentHelp("The run's number, as `perigee runs` lists it.", valueName: "run"))
    var number: Int64

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let number = number
        try await Session.run(common, storage.settings) { session in
            let store = try await session.openExistingStore()
            guard let run = try await store.run(number) else {
                throw CommandFailure(
                    .usage, "there is no run \(number) in \(store.location)", next: "see `perigee runs`")
            }
            let batches = try await store.batches(run: number, limit: 100_000)
            let quality = try await store.quality(run: number)
            await store.close()
            if session.json {
                Terminal.print(
                    JSONText.line(ShowOutput(run: run, batches: batches, quality: quality.map(ShowOutput.Quality.init)))
                )
            } else {
                Terminal.print(Self.text(run, batches, quality))
            }
            return .success
        }
    }

    private static func text(_ run: RunRecord, _ batches: [BatchRecord], _ quality: [QualityRecord]) -> String {
        var lines = [
            "Run \(run.id): \(run.command), \(run.status.rawValue)\(run.exitCode.map { ", exit code \($0)" } ?? "")",
            "Started \(Timestamp.text(run.startedAt)) UTC\(run.finishedAt.map { ", ended \(Timestamp.text($0))" } ?? "") on \(run.host), process \(run.pid)",
            "Service \(run.service), engine \(run.engine)",
            "Windows \(run.planned) planned, \(run.published) published, \(run.skipped) up to date, \(run.failed) failed",
            "Approaches \(run.inserted) new, \(run.revised) revised, \(run.retired) retired, \(run.unchanged) unchanged, \(run.quarantined) in quarantine",
            "Requests \(run.requests), waited \(Decimals.text(Double(run.waitedMs) / 1000, 1)) s\(run.remaining.map { ", \($0) left" } ?? "")",
        ]
        if let error = run.error { lines.append("Error \(error)") }
        if !batches.isEmpty {
            var table = TextTable([
                ("batch", .left), ("state", .left), ("listed", .right), ("new", .right), ("revised", .right),
                ("retired", .right),
                ("quarantined", .right), ("raw file", .left), ("error", .left),
            ])
            for batch in batches.sorted(by: { $0.batch < $1.batch }) {
                table.add([
                    batch.batch, batch.state.rawValue, batch.listed.map(String.init) ?? "",
                    batch.inserted.map(String.init) ?? "",
                    batch.revised.map(String.init) ?? "", batch.retired.map(String.init) ?? "",
                    batch.rejected.map(String.init) ?? "",
                    batch.rawFile ?? "", batch.error ?? "",
                ])
            }
            lines += ["", table.text]
        }
        if !quality.isEmpty { lines += ["", QualityTable.text(quality)] }
        return lines.joined(separator: "\n")
    }
}

/// `perigee show --json`: schema `perigee.show/1`.
struct ShowOutput: Encodable {
    var schema = "perigee.show/1"
    var run: RunRecord
    var batches: [BatchRecord]
    var quality: [Quality]

    struct Quality: Encodable {
        var batch: String
        var rule: String
        var severity: Severity
        var passed: Bool
        var checked: Int
        var failed: Int
        var detail: String

        init(_ record: QualityRecord) {
            batch = record.batch
            rule = record.result.rule
            severity = record.result.severity
            passed = record.result.passed
            checked = record.result.checked
            failed = record.result.failed
            detail = record.result.detail
        }
    }
}
