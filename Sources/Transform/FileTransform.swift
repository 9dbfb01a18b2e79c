import Foundation
import NeoWs

/// Raw files to one CSV, file by file, in constant memory.
public enum FileTransform {
    /// What came of the files.
    public struct Summary: Sendable {
        /// Files read, and those of them that are no NeoWs bodies.
        public var files = 0
        public var unreadableFiles = 0
        /// Bytes read.
        public var bytes = 0
        /// Lines written, the header not counted.
        public var rows = 0
        /// Records that broke a rule.
        public var rejectedRecords = 0
    }

    /// Transforms `paths` (files, or folders of `.json` files, in the order of their names) into `output`, or standard output
    /// where it is nil. A file is written whole or not at all. What can't be used is told to `complain`.
    public static func run(paths: [String], output: String?, complain: (String) -> Void) throws(FileTransformError) -> Summary {
        let files = try InputFiles.list(paths)
        guard !files.isEmpty else { throw .noInput(paths) }
        let writer = try CSVWriter(path: output)
        var summary = Summary()
        var buffer = BodyBuffer()
        try writer.write(ProcessedCSV.header)
        for file in files {
            summary.files += 1
            summary.bytes += try InputFiles.read(file, into: &buffer)
            switch Result(catching: { () throws(ScanError) in try EmbeddedEngine.transform(buffer, output: .csv) }) {
            case .success(let result):
                try writer.write(result.csv)
                summary.rows += result.records - result.rejectedRecords
                summary.rejectedRecords += result.rejectedRecords
                for rejected in result.rejected { complain("\(file): \(rejected)") }
            case .failure(let error):
                summary.unreadableFiles += 1
                complain("\(file): \(error)")
            }
        }
        try writer.finish()
        return summary
    }
}
