import Foundation

/// Writes the CSV in large pieces: to standard output, or to a temporary file that takes its name when it is complete.
final class CSVWriter {
    private let path: String?
    private let temporary: String?
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var isFinished = false

    /// Bytes gathered before a write.
    private static let pieceSize = 1 << 18

    init(path: String?) throws(FileTransformError) {
        self.path = path
        temporary = path.map { "\($0).\(getpid()).tmp" }
        descriptor = temporary.map { open($0, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o644) } ?? STDOUT_FILENO
        guard descriptor >= 0 else { throw failure() }
    }

    deinit {
        guard let temporary, !isFinished else { return }
        close(descriptor)
        unlink(temporary)
    }

    func append(_ bytes: [UInt8]) throws(FileTransformError) {
        pending += bytes
        if pending.count >= Self.pieceSize { try flush() }
    }

    /// Writes what is left, and gives the file its name.
    func finish() throws(FileTransformError) {
        try flush()
        guard let temporary, let path else { return }
        guard fsync(descriptor) == 0 || errno == EINVAL, close(descriptor) == 0, rename(temporary, path) == 0 else {
            throw failure()
        }
        isFinished = true
    }

    private func flush() throws(FileTransformError) {
        var written = 0
        while written < pending.count {
            let count = pending.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func failure() -> FileTransformError {
        .file(path: path ?? "standard output", action: "write", cause: String(cString: strerror(errno)))
    }
}
