import Foundation
import Pipeline
import S3
import Support
import Transform

/// Raw files to one CSV.
struct FilesCommand {
    let paths: [String]
    let output: String
    let json: Bool
    /// Reads what lies in S3; nil where nothing does.
    let s3: S3Client?

    /// At most this many complaints are printed one by one.
    private static let shown = 20

    func run() async throws -> ExitStatus {
        var complaints = 0
        let summary = try await FileTransform.run(paths: paths, s3: s3, output: output == "-" ? nil : output) {
            complaint in
            complaints += 1
            if complaints <= Self.shown { Terminal.note("perigee: \(complaint)") }
        }
        if complaints > Self.shown { Terminal.note("perigee: and \(complaints - Self.shown) more") }
        if json && output != "-" { Terminal.print(JSONText.line(FilesOutput(summary, output: output))) }
        if summary.unreadableFiles > 0 || summary.rejectedRecords > 0 {
            Terminal.note(
                "perigee: \(summary.unreadableFiles) unreadable files, \(summary.rejectedRecords) rejected records; \(summary.rows) rows written"
            )
            return .dataRefused
        }
        return .success
    }
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

    enum CodingKeys: String, CodingKey {
        case schema, output, files, bytes, rows
        case unreadableFiles = "unreadable_files"
        case rejectedRecords = "rejected_records"
    }

    init(_ summary: FileTransform.Summary, output: String) {
        self.output = output
        files = summary.files
        unreadableFiles = summary.unreadableFiles
        bytes = summary.bytes
        rows = summary.rows
        rejectedRecords = summary.rejectedRecords
    }
}
