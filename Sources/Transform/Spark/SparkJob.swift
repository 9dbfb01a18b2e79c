import Foundation
public import NearEarth
public import NeoWs
public import SparkConnect

/// Many bodies transformed by one Spark application's executors: they read the lines, hold them against the rules, and write the processed
/// CSV, Parquet and, where there is one, the store's staging table.
public actor SparkJob {
    /// What came of a batch.
    public struct Output: Sendable {
        /// How many records were held against the rules, and how many distinct ones were rejected.
        public var records = 0
        /// Distinct records rejected.
        public var rejectedRecords = 0
        /// Rows: those for the store.
        public var rows: Int { records - rejectedRecords }
        /// Violations.
        public var rejected: [RejectedRecord] = []
        /// Orbits of objects that keep the rules.
        public var orbits: [ObjectOrbit] = []
        /// File with the rows; nil where executors wrote them into the store's staging table.
        var rowsFile: String?
        /// What the body said of itself.
        public var summary: ScanSummary
    }

    private let work: WorkFolder
    private var lines: LineFiles
    private var outputs: [String: Output] = [:]
    private var files: [String: String] = [:]
    private var counts = Rendition.Counts()

    /// Below so many bytes of lines, Spark interprets.
    private static let interpretedBytes = 4 << 20

    /// A job whose files are in the landing zone's folder.
    public init(landing: String) throws(SparkEngineError) {
        work = try WorkFolder(in: landing)
        lines = LineFiles(folder: work.path + "/lines")
    }

    /// Adds a body. `file` is the name of its processed CSV.
    public func add(_ rendition: consuming Rendition, batch: Batch, file: String) throws(SparkEngineError) {
        try lines.append(rendition.lines)
        counts = counts + rendition.counts
        outputs[batch.name] = Output(records: rendition.counts.approaches, summary: rendition.summary)
        files[file] = batch.name
    }

    /// Removes the job's files.
    public func discard() { work.discard() }

    /// Runs the job: outputs by the batch's name. Files are in their places when it returns.
    public func run(
        _ session: SparkSession, table: ExternalTable?, progress: @Sendable @escaping (SparkProgress) -> Void
    ) async throws(SparkEngineError) -> [String: Output] {
        try lines.flush()
        let progress = JobProgress(progress)
        do throws(SparkError) {
            try await prepare(session)
            let query = SparkQuery(
                "SELECT * FROM (\(ViewSQL.rows)) DISTRIBUTE BY file SORT BY year, file, sequence, position",
                with: ["neo_records": Self.records(isCounted: true)], metricsName: "rows", metrics: ["rows": "count(1)"])
            let write = SparkWrite(.files(format: "parquet", path: work.url("rows")), partitionedBy: ["year", "file"], options: ["compression": "zstd"])
            let counted = try await progress.operation { (report) async throws(SparkError) in try await session.write(query, write, progress: report) }
            let rows = try check(counted)
            let rejected = counted.integer("rejected") ?? 0
            try await writeRest(session, table, rows: rows, rejected: rejected, progress)
        } catch {
            throw SparkEngineError(error, folder: work.landing)
        }
        try collectRejects()
        try collectOrbits()
        try moveFiles(isStaged: table != nil)
        return outputs
    }

    /// The rows of an output, where no table took them.
    public static func approaches(of output: Output) throws(SparkEngineError) -> [CloseApproach] {
        guard let file = output.rowsFile else { return [] }
        return try StagedLine.approaches(file)
    }

    // MARK: The work on the cluster

    private func prepare(_ session: SparkSession) async throws(SparkError) {
        var settings = ["spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true", "spark.sql.shuffle.partitions": "64"]
        if lines.bytes < Self.interpretedBytes {
            // Compiling the rules takes each new session longer than they take over so few records.
            settings["spark.sql.codegen.wholeStage"] = "false"
            settings["spark.sql.codegen.factoryMode"] = "NO_CODEGEN"
        }
        settings.merge(SparkSession.hidesPasswords) { $1 }
        try await session.set(settings)
        try await session.run(ViewSQL.lines(path: work.url("lines")))
    }

    /// Each object with its violations.
    private static func objects(isCounted: Bool) -> SparkQuery {
        SparkQuery(
            ViewSQL.objects, metricsName: "objects",
            metrics: isCounted
                ? ["objects": "count(1)", "damaged": "count(_corrupt_record)", "approaches": "coalesce(sum(size(approaches)), 0)"] : [:])
    }

    /// Each record with its violations.
    private static func records(isCounted: Bool) -> SparkQuery {
        SparkQuery(
            ViewSQL.records, with: ["neo_objects": objects(isCounted: isCounted)], metricsName: "records",
            metrics: isCounted
                ? ["records": "coalesce(sum(weight), 0)", "rejected": "coalesce(sum(IF(size(violations) > 0, weight, 0)), 0)"] : [:])
    }

    /// Holds what Spark counted against what it was given. Returns the number of rows.
    private func check(_ result: SparkResult) throws(SparkError) -> Int {
        guard let objects = result.integer("objects"), let damaged = result.integer("damaged"), let approaches = result.integer("approaches"),
            let records = result.integer("records"), let rejected = result.integer("rejected"), let rows = result.integer("rows")
        else { throw .rpc(code: "metrics", message: "the observed metrics did not come back: \(result.metrics)") }
        guard objects == counts.objects, damaged == 0, approaches == counts.approaches else {
            throw .rpc(
                code: "metrics",
                message: "\(objects) objects, \(damaged) damaged lines, \(approaches) approaches; given were \(counts.objects), 0 and \(counts.approaches)")
        }
        guard rows == records - rejected else {
            throw .rpc(code: "metrics", message: "\(rows) rows of \(records) records, \(rejected) rejected")
        }
        return rows
    }

    /// What else is written, side by side, from the rows that are done.
    private func writeRest(
        _ session: SparkSession, _ table: ExternalTable?, rows: Int, rejected: Int, _ progress: JobProgress
    ) async throws(SparkError) {
        let headers = files.keys.sorted().map { "(\(SQLText.literal($0)))" }.joined(separator: ", ")
        let header = String(decoding: ProcessedCSV.header.dropLast(2), as: UTF8.self)
        try await session.run(
            """
            CREATE OR REPLACE TEMPORARY VIEW neo_rows (\(RowSchema.ddl)) USING parquet OPTIONS (path \(SQLText.literal(work.url("rows"))))
            """)
        var writes: [Write] = [
            Write(
                query: SparkQuery(
                    """
                    SELECT value, file FROM (SELECT source_record AS value, file, sequence, position FROM neo_rows
                    UNION ALL SELECT '\(header)', file, -1, -1 FROM VALUES \(headers) AS headers(file))
                    DISTRIBUTE BY file SORT BY file, sequence, position
                    """),
                write: SparkWrite(.files(format: "text", path: work.url("csv")), partitionedBy: ["file"], options: ["lineSep": "\r\n"]))
        ]
        if rejected > 0 {
            writes.append(
                Write(
                    query: SparkQuery(ViewSQL.rejects, with: ["neo_records": Self.records(isCounted: false)]),
                    write: SparkWrite(.files(format: "json", path: work.url("rejects")))))
        }
        if counts.orbits > 0 {
            writes.append(
                Write(
                    query: SparkQuery(ViewSQL.orbits, with: ["neo_objects": Self.objects(isCounted: false)]),
                    write: SparkWrite(.files(format: "json", path: work.url("orbits")))))
        }
        if let table {
            writes.append(Write(query: SparkQuery(table.select(from: "neo_rows")), write: table.write))
        } else {
            writes.append(
                Write(
                    query: SparkQuery(StagedLine.query),
                    write: SparkWrite(.files(format: "text", path: work.url("staging")), partitionedBy: ["file"])))
        }
        try await Self.perform(writes, session, progress)
    }

    private struct Write: Sendable {
        let query: SparkQuery
        let write: SparkWrite
    }

    private static func perform(_ writes: [Write], _ session: SparkSession, _ progress: JobProgress) async throws(SparkError) {
        let failure = await withTaskGroup(of: SparkError?.self) { group in
            for write in writes {
                group.addTask {
                    do throws(SparkError) {
                        _ = try await progress.operation { (report) async throws(SparkError) in
                            try await session.write(write.query, write.write, progress: report)
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var first: SparkError?
            for await error in group {
                guard let error, first == nil else { continue }
                first = error
                group.cancelAll()
            }
            return first
        }
        if let failure { throw failure }
    }

    // MARK: What executors wrote

    private func collectRejects() throws(SparkEngineError) {
        guard FileManager.default.fileExists(atPath: work.path + "/rejects") else { return }
        let found = try work.lines("rejects").map { line throws(SparkEngineError) in try RejectLine.read(line) }
        for line in found.sorted(by: { ($0.sequence, $0.position, $0.number) < ($1.sequence, $1.position, $1.number) }) {
            guard var output = outputs[line.batch] else { continue }
            if line.number == 0 {
                output.rejectedRecords += line.weight
                // An object that breaks a rule counts as a record even without an approach.
                if line.position < 0, line.approaches == 0 { output.records += 1 }
            }
            output.rejected.append(line.record)
            outputs[line.batch] = output
        }
    }

    private func collectOrbits() throws(SparkEngineError) {
        guard FileManager.default.fileExists(atPath: work.path + "/orbits") else { return }
        for data in try work.lines("orbits") {
            let (batch, orbit) = try OrbitLine.read(data)
            outputs[batch]?.orbits.append(orbit)
        }
    }

    /// The files take their places once all of them are there.
    private func moveFiles(isStaged: Bool) throws(SparkEngineError) {
        let csv = try work.files("csv", by: "file")
        let parquet = try work.files("rows", by: "file")
        let staging = isStaged ? [:] : try work.files("staging", by: "file")
        for (file, batch) in files {
            guard let written = csv[file], written.count == 1, let output = outputs[batch] else {
                throw .invisible(folder: work.landing, cause: "\(csv[file]?.count ?? 0) files came of \(file)")
            }
            guard output.rows == 0 || parquet[file] != nil, isStaged || output.rows == 0 || staging[file]?.count == 1 else {
                throw .invisible(folder: work.landing, cause: "the rows of \(batch) are not there")
            }
            outputs[batch]?.rowsFile = staging[file]?.first
        }
        for (file, written) in csv { for source in written { try WorkFolder.move(source, to: "\(work.landing)/\(file)") } }
        try ParquetFolder(landing: work.landing).replace(files.keys, with: parquet)
    }
}
