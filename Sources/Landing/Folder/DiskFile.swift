import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What writing a file safely takes of the system.
enum DiskFile {
    /// Writes `bytes` to a new file beside `path`; it is on disk if `isLasting`. Returns the file's path.
    static func temporary(_ bytes: [UInt8], near path: String, isLasting: Bool) throws(LandingError) -> String {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path, "write") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        let isWritten = written == bytes.count && (!isLasting || fsync(descriptor) == 0)
        let failed = isWritten ? nil : failure(path, "write")
        guard close(descriptor) == 0, failed == nil else {
            let error = failed ?? failure(path, "write")
            unlink(temporary)
            throw error
        }
        return temporary
    }

    /// Syncs a folder: a rename is on disk only once its folder is.
    static func sync(folder: String) throws(LandingError) {
        // Some file systems can't sync a folder and say EINVAL; there is nothing to do about it.
        try sync(folder, "sync") { fsync($0) == 0 || errno == EINVAL }
    }

    /// Opens a file or a folder for `call`, which tells whether it is synced.
    static func sync(_ path: String, _ action: String, by call: (Int32) -> Bool) throws(LandingError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "sync") }
        defer { close(descriptor) }
        guard call(descriptor) else { throw failure(path, action) }
    }

    /// What the system said.
    static func failure(_ path: String, _ action: String) -> LandingError {
        .file(path: path, action: action, cause: String(cString: strerror(errno)))
    }
}
