import Foundation
public import Landing
import NearEarth
public import SparkConnect
public import SparkJobs
import Support
import Transform
public import Warehouse

/// The published approaches as a Parquet dataset, a folder a year, zstd: executors make its rows of the landed bodies
/// that the store names.
public struct ParquetExport: Sendable {
    private let job: SparkJob

    /// Bodies of one file, at most: a year's weeks.
    private static let bodies = 64

    /// An export by a cluster's executors.
    public init(_ job: SparkJob) { self.job = job }

    /// Writes the dataset and returns how many rows it has; with a cut, as it was. `output` is a folder, which appears
    /// whole or not at all, or a URL of Spark's (`s3a://`, `hdfs://`). Either must be new.
    public func write(
        _ store: Store, _ landing: LandingZone, asOf cut: Cut?, to output: String,
        progress: @Sendable @escaping (SparkProgress) -> Void
    ) async throws -> Int {
        let published: [PublishedBody]
        if let cut {
            published = try await store.publishedBodies(asOf: cut)
        } else {
            published = try await store.publishedBodies()
        }
        guard !published.isEmpty else {
            throw CommandFailure(
                .usage, "nothing \(cut == nil ? "is" : "was") published in \(store.location)",
                next: cut == nil ? "run `perigee run` first" : "name a later moment, see `perigee runs`")
        }
        let groups = try Self.groups(published, landing)
        let rows = published.reduce(0) { $0 + $1.rows }
        if output.contains("://"), !output.hasPrefix("file:") {
            guard !output.contains("@"), !output.contains("?") else {
                throw CommandFailure(
                    .usage, "--output holds credentials or a query, which Spark's pages would show",
                    next: "set them up in the cluster")
            }
            try await write(groups, rows, to: output, progress)
        } else {
            let path = output.hasPrefix("file:") ? URL(string: output)?.path ?? output : output
            try await write(groups, rows, toFolder: URL(fileURLWithPath: path).standardizedFileURL.path, progress)
        }
        return rows
    }

    private func write(
        _ groups: [String], _ rows: Int, toFolder folder: String,
        _ progress: @Sendable @escaping (SparkProgress) -> Void
    ) async throws {
        try Self.requireNew(folder)
        let new = "\(folder).\(UUID().uuidString.lowercased()).tmp"
        defer { try? FileManager.default.removeItem(atPath: new) }
        try await write(groups, rows, to: "file://" + new, progress)
        guard FileManager.default.fileExists(atPath: new + "/_SUCCESS") else {
            throw CommandFailure(
                .inputOutput, "the executors' files are not at \(new)",
                next: "name a folder that this machine and every worker share, or a URL of Spark's")
        }
        try Self.requireNew(folder)
        do {
            try FileManager.default.moveItem(atPath: new, toPath: folder)
        } catch {
            throw CommandFailure(
                .inputOutput, "can't rename \(new) to \(folder): \(error.localizedDescription)",
                next: "check the permissions of the folder that --output lies in")
        }
    }

    private func write(
        _ groups: [String], _ rows: Int, to output: String, _ progress: @Sendable @escaping (SparkProgress) -> Void
    ) async throws {
        let sql = try await job.query(groups, arguments: "executor --export", columns: ExportTask.columns.map(\.name))
        // A text that is not of the type is an error, or in a session without ANSI's rules NULL, and then not counted.
        let columns = ExportTask.columns.map { "CAST(\($0.name) AS \($0.type)) AS \($0.name)" }.joined(separator: ", ")
        let required = ApproachColumn.export.filter(\.isRequired).map(\.name).joined(separator: ", ")
        let written: SparkResult
        do throws(SparkError) {
            written = try await job.session.write(
                "SELECT *, year(observation_date) AS year FROM (SELECT \(columns) FROM (\(sql)))",
                metrics: ["rows": "count(\(required))"],
                to: .files(format: "parquet", path: output, partitionedBy: ["year"], options: Self.options),
                progress: progress)
        } catch {
            throw job.explained(error)
        }
        guard written.metrics["rows"] == rows else {
            throw CommandFailure(
                .dataRefused, "the executors gave \(written.metrics["rows"] ?? 0) of \(rows) rows",
                next: "look at the Spark UI and its logs, then run it again")
        }
    }

    /// Dictionaries and a higher level make the files 5 % smaller and take a tenth longer: hardly a value comes twice.
    private static let options = [
        "compression": "zstd", "parquet.compression.codec.zstd.level": "1", "parquet.enable.dictionary": "false",
    ]

    /// The tasks, those of a year in one text.
    private static func groups(_ published: [PublishedBody], _ landing: LandingZone) throws -> [String] {
        var groups: [(year: Int, lines: [String])] = []
        let encoder = JSONEncoder()
        for body in published {
            let task = ExportTask(
                location: SparkJob.location(landing.path(body.file)), sha256: body.sha256, rows: body.rows,
                keys: body.keys)
            let line = String(decoding: try encoder.encode(task), as: UTF8.self)
            let year = body.firstDay.components.year
            if groups.last?.year != year || groups.last?.lines.count == bodies { groups.append((year, [])) }
            groups[groups.count - 1].lines.append(line)
        }
        return groups.map { $0.lines.joined(separator: "\n") }
    }

    private static func requireNew(_ folder: String) throws {
        let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        var isFolder: ObjCBool = true
        guard !FileManager.default.fileExists(atPath: parent, isDirectory: &isFolder) || isFolder.boolValue else {
            throw CommandFailure(.usage, "\(parent) is a file", next: "name another folder with --output")
        }
        // Its attributes, not whether it exists: a link to nowhere is there, too.
        guard (try? FileManager.default.attributesOfItem(atPath: folder)) == nil else {
            throw CommandFailure(
                .usage, "\(folder) is there already", next: "name another folder with --output, or remove this one")
        }
    }
}
