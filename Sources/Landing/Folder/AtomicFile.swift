import CFileSystem
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Writes files that are either whole or not there: a temporary name, fsync, then one rename or link.
enum AtomicFile {
    /// Writes `bytes` to `path` and replaces what is there. `sync` makes it last.
    static func replace(_ path: String, with bytes: [UInt8]) throws(LandingError) {
        let temporary = try writeTemporary(bytes, near: path, isLasting: false)
        guard rename(temporary, path) == 0 else {
            let error = failure(path, "write")
            unlink(temporary)
            throw error
        }
    }

    /// Makes files last that `replace` or `create` has written into a folder.
    static func sync(_ paths: [String], in folder: String) throws(LandingError) {
        if paths.isEmpty { return }
        // Many at once: the whole file system's one wait is shorter than a wait for each.
        if paths.count > 8 { return try sync(folder, "sync") { perigee_sync_file_system($0) == 0 } }
        for path in paths { try sync(path, "write") { fsync($0) == 0 } }
        try sync(folder: folder)
    }

    /// A rename is on disk only once its folder is.
    private static func sync(folder: String) throws(LandingError) {
        // Some file systems can't sync a folder and say EINVAL; there is nothing to do about it.
        try sync(folder, "sync") { fsync($0) == 0 || errno == EINVAL }
    }

    /// Opens a file or a folder for `call`, which tells whether it is synced.
    private static func sync(_ path: String, _ action: String, by call: (Int32) -> Bool) throws(LandingError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "sync") }
        defer { close(descriptor) }
        guard call(descriptor) else { throw failure(path, action) }
    }

    /// Writes `bytes` to `path`, in `folder`, unless something is there; then it is false, and nothing was changed.
    static func create(_ path: String, in folder: String, with bytes: [UInt8], _ durability: Durability)
        throws(LandingError) -> Bool
    {
        let temporary = try writeTemporary(bytes, near: path, isLasting: durability != .atSync)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { return false }
            throw failure(path, "write")
        }
        if durability == .now { try sync(folder: folder) }
        return true
    }

    private static func writeTemporary(_ bytes: [UInt8], near path: String, isLasting: Bool) throws(LandingError)
        -> String
    {
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

    /// What the system said.
    static func failure(_ path: String, _ action: String) -> LandingError {
        .file(path: path, action: action, cause: String(cString: strerror(errno)))
    }
}
