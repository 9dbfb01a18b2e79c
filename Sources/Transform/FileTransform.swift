import Foundation
import NearEarth
import NeoWs
public import S3

/// Raw files to one CSV: pieces of the list side by side on all cores, written in order, in constant memory.
public enum FileTransform {
    /// What came of the files.
    public struct Summary: Sendable {
        /// Files read, and those of them that are not NeoWs responses.
        public var files = 0
        /// Files that are not NeoWs responses.
        public var unreadableFiles = 0
        /// Bytes read.
        public var bytes = 0
        /// Lines written, the header not counted.
        public var rows = 0
        /// Records that broke a rule.
        public var rejectedRecords = 0
    }

    /// Files that one task takes at a time: enough that handing them over costs nothing, few enough to keep memory
    /// flat.
    private static let pieceSize = 16

    /// Requests at a time where bodies come from S3, whose answers are waited for rather than worked on.
    private static let requestsAtATime = 16

    /// Transforms `paths` (files, or folders of `.json` files, in the order of their names; objects and prefixes, which
    /// `s3` reads) into `output`, or standard output where it is nil. A file is written whole or not at all. What can't
    /// be used is told to `complain`.
    public static func run(
        paths: [String], s3: S3Client? = nil, output: String?, complain: (String) -> Void
    ) async throws(FileTransformError) -> Summary {
        let files = try await BodySource.list(paths, s3: s3)
        guard !files.isEmpty else { throw .noInput(paths) }
        let writer = try CSVWriter(path: output)
        try writer.append(ProcessedCSV.header)
        var summary = Summary()
        let pieces = stride(from: 0, to: files.count, by: pieceSize).map {
            files[$0..<min($0 + pieceSize, files.count)]
        }
        let width = s3 == nil ? ProcessInfo.processInfo.activeProcessorCount : requestsAtATime
        try await inOrder(pieces, width: width) { piece throws(FileTransformError) in
            try writer.append(piece.csv)
            piece.complaints.forEach(complain)
            summary.add(piece.summary)
        }
        try writer.finish()
        return summary
    }

    /// Transforms `width` pieces side by side and hands the results on in the order of the pieces.
    private static func inOrder(
        _ pieces: [ArraySlice<BodySource>], width: Int, _ take: (Piece) throws(FileTransformError) -> Void
    ) async throws(FileTransformError) {
        typealias Outcome = (index: Int, result: Result<Piece, FileTransformError>)
        let failure = await withTaskGroup(of: Outcome.self) { group -> FileTransformError? in
            var begun = 0
            func begin() {
                guard begun < pieces.count else { return }
                let index = begun
                begun += 1
                group.addTask { (index, await Piece.make(pieces[index])) }
            }
            for _ in 0..<width { begin() }
            // Pieces that are ready before their turn; one slow piece holds back at most the few behind it.
            var ready: [Int: Piece] = [:]
            var next = 0
            while let (index, result) = await group.next() {
                do throws(FileTransformError) {
                    ready[index] = try result.get()
                    while let piece = ready.removeValue(forKey: next) {
                        try take(piece)
                        next += 1
                    }
                } catch {
                    group.cancelAll()
                    return error
                }
                while begun < pieces.count, begun < next + 2 * width { begin() }
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// A few files' lines.
    private struct Piece: Sendable {
        var csv: [UInt8] = []
        var complaints: [String] = []
        var summary = Summary()

        /// Reads and transforms some files. The result is returned rather than thrown: as an asynchronous initializer
        /// with typed throws, built by Swift 6.3.1 with optimization, this came out of the task group empty in 17 of 40
        /// runs side by side.
        static func make(_ files: ArraySlice<BodySource>) async -> Result<Piece, FileTransformError> {
            var piece = Piece()
            var buffer = BodyBuffer()
            for file in files {
                if Task.isCancelled { return .failure(.cancelled) }
                do throws(FileTransformError) {
                    try await file.load(into: &buffer)
                    piece.take(buffer, of: file.name)
                } catch {
                    return .failure(error)
                }
            }
            return .success(piece)
        }

        private mutating func take(_ buffer: borrowing BodyBuffer, of name: String) {
            summary.files += 1
            summary.bytes += buffer.count
            do throws(ScanError) {
                let result = try EmbeddedEngine.transform(buffer, output: .csv)
                csv += result.csv
                summary.rows += result.statement.records - result.statement.rejectedRecords
                summary.rejectedRecords += result.statement.rejectedRecords
                complaints += result.statement.rejected.map { "\(name): \($0)" }
            } catch {
                summary.unreadableFiles += 1
                complaints.append("\(name): \(error)")
            }
        }
    }
}

extension FileTransform.Summary {
    fileprivate mutating func add(_ other: Self) {
        files += other.files
        unreadableFiles += other.unreadableFiles
        bytes += other.bytes
        rows += other.rows
        rejectedRecords += other.rejectedRecords
    }
}
