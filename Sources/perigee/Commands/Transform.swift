import ArgumentParser
import NearEarth
import Pipeline
import Support
import Transform

/// `perigee transform`: the second stage alone, or raw files to CSV without any store.
struct Transform: StageCommand {
    static let stage = Stage.transform
    static let configuration = CommandConfiguration(
        commandName: "transform", abstract: "Turn landed bodies into rows, or raw files into CSV.",
        discussion: """
            Without PATH: the landed windows of a range of days, into the processed CSV.
            With PATH...: files, folders of .json files, or s3:// objects and prefixes, into one CSV; no store is touched. Files that can't be read and records that \
            break a rule are named on standard error, and the exit code is then 65; the other rows are written all the same.

            EXAMPLES
              perigee transform --from 2020-02-03 --to 2020-02-10
              perigee transform landing/nasa_neo_raw_2020-02-10.json
              perigee transform bodies/ --output neos.csv
              perigee transform s3://bucket/landing/ --output neos.csv
            """)

    @Argument(
        help: ArgumentHelp("Raw bodies, or folders of them: in the file system or s3://BUCKET/KEY.", valueName: "path"),
        completion: .file())
    var paths: [String] = []

    @Option(
        name: .output,
        help: ArgumentHelp("Where the CSV goes: a file, or - for standard output. (default: -)", valueName: "file"),
        completion: .file())
    var output: String?

    @OptionGroup var days: RangeOptions
    @OptionGroup var options: PipelineOptions

    func validate() throws {
        if paths.isEmpty && output != nil {
            throw ValidationError("--output goes with PATH: without one, the CSV goes into the landing zone.")
        }
        if !paths.isEmpty && (days.from != nil || days.to != nil) {
            throw ValidationError("--from and --to go without PATH: files are taken whole.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        guard !paths.isEmpty else { return try await runStage(session) }
        let output = output ?? "-"
        var complaints = 0
        let summary = try await session.withS3(ifIn: paths) { s3 in
            try await FileTransform.run(paths: paths, s3: s3, output: output == "-" ? nil : output) { complaint in
                complaints += 1
                if complaints <= Self.shownComplaints { Terminal.warn(complaint) }
            }
        }
        if complaints > Self.shownComplaints {
            Terminal.warn("and \((complaints - Self.shownComplaints).grouped()) more")
        }
        if session.json && output != "-" {
            let output = FilesOutput(
                output: output, files: summary.files, unreadableFiles: summary.unreadableFiles, bytes: summary.bytes,
                rows: summary.rows, rejectedRecords: summary.rejectedRecords)
            Terminal.print(JSONText.line(output))
        }
        guard summary.unreadableFiles > 0 || summary.rejectedRecords > 0 else { return .success }
        Terminal.error(
            CommandFailure(
                .dataRefused,
                """
                \(summary.unreadableFiles.counted("unreadable file")), \(summary.rejectedRecords.counted("rejected record")); \
                \(summary.rows.counted("row")) written
                """, next: "look at the files and records that the warnings name"))
        return .dataRefused
    }

    /// At most this many complaints are printed one by one.
    private static let shownComplaints = 20
}

/// `perigee transform PATH... --output FILE --json`: schema `perigee.transform/1`.
struct FilesOutput: Encodable {
    var schema = "perigee.transform/1"
    var output: String
    var files: Int
    var unreadableFiles: Int
    var bytes: Int
    var rows: Int
    var rejectedRecords: Int
}
