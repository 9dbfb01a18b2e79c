import CPlatform
import Foundation
import Synchronization

/// A folder's files, each whole or not there: written under a temporary name, then linked or renamed.
public final class FolderStore: ObjectStore {
    /// The folder's path.
    public let location: String
    /// Paths of files that the disk may not have yet.
    private let unsynced = Mutex<[String]>([])

    /// The files in `folder`, which is made where it does not exist.
    public init(_ folder: String) throws(LandingError) {
        location = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            // What the system said, where Foundation wraps it.
            let system = (error as? CocoaError)?.underlying as? POSIXError
            let cause = system.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
            throw .file(path: folder, action: "make the folder", cause: cause)
        }
    }

    /// The file's path.
    public func path(_ name: String) -> String { "\(location)/\(name)" }

    /// Writes a file unless there is one: temporary name, fsync, link.
    public func create(_ name: String, _ bytes: [UInt8], _ durability: Durability) async throws(LandingError) -> Bool {
        let path = path(name)
        let temporary = try DiskFile.temporary(bytes, near: path, isLasting: durability != .atSync)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { return false }
            throw DiskFile.failure(path, "write")
        }
        if durability == .now { try DiskFile.sync(folder: location) }
        if durability == .atSync { unsynced.withLock { $0.append(path) } }
        return true
    }

    /// Writes a file in place of what is there: temporary name, rename. One that has these bytes already stays.
    public func replace(_ name: String, _ bytes: [UInt8]) async throws(LandingError) {
        let path = path(name)
        if !((try? WholeFile(path, limit: bytes.count))?.bytes.isSame(as: bytes) ?? false) {
            let temporary = try DiskFile.temporary(bytes, near: path, isLasting: false)
            guard rename(temporary, path) == 0 else {
                let error = DiskFile.failure(path, "write")
                unlink(temporary)
                throw error
            }
        }
        unsynced.withLock { $0.append(path) }
    }

    /// Waits for the disk: once for all files that were written since the last time.
    public func sync() async throws(LandingError) {
        let paths = unsynced.withLock { exchange(&$0, with: []) }
        if paths.isEmpty { return }
        // Many at once: the whole file system's one wait is shorter than a wait for each.
        if paths.count > 8 { return try DiskFile.sync(location, "sync") { perigee_sync_file_system($0) == 0 } }
        for path in paths { try DiskFile.sync(path, "write") { fsync($0) == 0 } }
        try DiskFile.sync(folder: location)
    }

    /// A file's bytes.
    public func read(_ name: String) async throws(LandingError) -> [UInt8]? {
        try WholeFile(path(name))?.bytes
    }

    /// Whether there is such a file.
    public func exists(_ name: String) async throws(LandingError) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }
}
