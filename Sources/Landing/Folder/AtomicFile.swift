import CFileSystem
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Writes files that are either whole or not there: a temporary name, fsync, then one rename or link.
enum AtomicFile {
    /// What became of a write that must not replace anything.
    enum Outcome {
        case written
        /// The name is taken; nothing was changed.
        case exists
    }

    /// Writes `bytes` to `path` and replaces what is there. `sync` makes it last.
    static func replace(_ path: String, with bytes: [UInt8]) throws(LandingError) {
        let temporary = try write(bytes, near: path, isLasting: false)
        guard rename(temporary, path) == 0 else {
            let error = failure(path, "write")
            unlink(temporary)
            throw error
        }
    }

    /// Makes files last that `replace` has written into a folder.
    static func sync(_ paths: [String], in folder: String) throws(LandingError) {
        guard let first = paths.first else { return }
        // Many at once: the whole file system's one wait is shorter than a wait for each.
        if paths.count > 8 {
            let descriptor = try opened(folder)
            defer { close(descriptor) }
            guard perigee_sync_file_system(descriptor) == 0 else { throw failure(folder, "sync") }
            return
        }
        for path in paths {
            let descriptor = try opened(path)
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw failure(path, "write") }
        }
        try syncFolder(of: first)
    }

    private static func opened(_ path: String) throws(LandingError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "sync") }
        return descriptor
    }

    /// Writes `bytes` to `path` unless something is there.
    static func create(_ path: String, with bytes: [UInt8], _ durability: Durability) throws(LandingError) -> Outcome {
        let temporary = try write(bytes, near: path, isLasting: durability != .atSync)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { return .exists }
            throw failure(path, "write")
        }
        if durability == .now { try syncFolder(of: path) }
        return .written
    }

    private static func write(_ bytes: [UInt8], near path: String, isLasting: Bool) throws(LandingError) -> String {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path, "write") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { posixWrite(descriptor, $0, from: written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path, "write")
                close(descriptor)
                unlink(temporary)
                throw error
            }
            written += count
        }
        guard !isLasting || fsync(descriptor) == 0, close(descriptor) == 0 else {
            let error = failure(path, "write")
            unlink(temporary)
            throw error
        }
        return temporary
    }

    private static func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
        #else
        Darwin.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
        #endif
    }

    /// A rename is on disk only once its folder is.
    private static func syncFolder(of path: String) throws(LandingError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = try opened(folder.isEmpty ? "/" : folder)
        defer { close(descriptor) }
        // Some file systems can't sync a folder and say EINVAL; there is nothing to do about it.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(folder, "sync") }
    }

    /// What the system said, where Foundation wraps it.
    static func cause(of error: any Error) -> String {
        guard let system = (error as? CocoaError)?.underlying as? POSIXError else { return error.localizedDescription }
        return String(cString: strerror(system.code.rawValue))
    }

    static func failure(_ path: String, _ action: String) -> LandingError {
        .file(path: path, action: action, cause: String(cString: strerror(errno)))
    }
}
