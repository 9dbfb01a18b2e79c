import Foundation
import Synchronization

/// A folder's files.
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
        guard try AtomicFile.create(path(name), in: location, with: bytes, durability) else { return false }
        if durability == .atSync { unsynced.withLock { $0.append(path(name)) } }
        return true
    }

    /// Writes a file in place of what is there: temporary name, rename. One that has these bytes already stays.
    public func replace(_ name: String, _ bytes: [UInt8]) async throws(LandingError) {
        if !((try? WholeFile(path(name), limit: bytes.count))?.bytes.isSame(as: bytes) ?? false) {
            try AtomicFile.replace(path(name), with: bytes)
        }
        unsynced.withLock { $0.append(path(name)) }
    }

    /// Waits for the disk: once for all files that were replaced since the last time.
    public func sync() async throws(LandingError) {
        try AtomicFile.sync(unsynced.withLock { exchange(&$0, with: []) }, in: location)
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
