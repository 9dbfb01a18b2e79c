import ArgumentParser
import NearEarth
import Pipeline
import SparkConnect
import Support
import Warehouse

/// `perigee export`: the published approaches as Parquet.
struct Export: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the published approaches as a Parquet dataset, with a Spark cluster.",
        discussion: """
            Executors make the rows of the landed bodies that the store names, each approach once: a folder a year, compressed with zstd, numbers as \
            doubles. The dataset appears whole or not at all.
            --output is a new folder that this machine and the workers share, or a new URL that the cluster writes to (s3a://, hdfs://).

            EXAMPLES
              perigee export --output approaches.parquet --spark sc://localhost:15002
              perigee export --output before.parquet --as-of 2026-01-01
              duckdb -c "SELECT count(*) FROM 'approaches.parquet/*/*.parquet'"
            """)

    @Option(
        name: .output,
        help: ArgumentHelp("The dataset to write: a folder, or a URL of Spark's.", valueName: "location"),
        completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Spark Connect server. (default: sc://localhost:15002)", valueName: "url"))
    var spark: String?

    @Option(help: .asOf) var asOf: String?

    @OptionGroup var options: StorageOptions

    var settings: [Setting: String] { options.settings.merging([.spark: spark].compactMapValues(\.self)) { $1 } }

    func run(_ session: Session) async throws -> ExitStatus {
        // Around the store: opening it may have to wait for a writer.
        let (store, rows) = try await session.withProgress { progress in
            try await session.withStore { store in
                let cut = try await MomentOption.cut(asOf, store)
                let rows = try await session.withLanding { landing in
                    try await session.withSparkJob { job in
                        try await ParquetExport(job).write(store, landing, asOf: cut, to: output) {
                            progress.show($0.completedTasks, of: $0.tasks, "tasks", "\($0.runningTasks) running")
                        }
                    }
                }
                return (store.location, rows)
            }
        }
        session.print(
            ExportOutput(store: store, output: output, rows: rows),
            text: "Wrote \(rows.counted("approach", "approaches")) of \(store) to \(output)")
        return .success
    }
}

/// `perigee export --json`: schema `perigee.export/1`.
struct ExportOutput: Encodable {
    var schema = "perigee.export/1"
    var store: String
    var output: String
    var rows: Int
}
