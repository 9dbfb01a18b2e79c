import Foundation

/// The input's lines in files of some size, whole lines each.
struct LineFiles {
    private let folder: String
    private var pending: [UInt8] = []
    private var count = 0
    /// Bytes so far.
    private(set) var bytes = 0

    /// Bytes after which a file is complete: Spark reads each with at least one task, and opening many small ones takes it long.
    private static let fileSize = 16 << 20

    init(folder: String) {
        self.folder = folder
    }

    mutating func append(_ lines: [UInt8]) throws(SparkEngineError) {
        pending += lines
        bytes += lines.count
        if pending.count >= Self.fileSize { try flush() }
    }

    mutating func flush() throws(SparkEngineError) {
        guard !pending.isEmpty else { return }
        count += 1
        let path = "\(folder)/lines-\(count).ndjson"
        do {
            try Data(pending).write(to: URL(fileURLWithPath: path))
        } catch {
            throw .file(path: path, action: "write", cause: error.localizedDescription)
        }
        pending.removeAll(keepingCapacity: true)
    }
}
