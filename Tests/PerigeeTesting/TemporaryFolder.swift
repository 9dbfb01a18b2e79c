import Foundation
import Synchronization

/// A private folder that goes with the value, or, where a value lives as long as the process, at the process's end.
public final class TemporaryFolder: Sendable {
    /// Its path.
    public let path: String

    private static let living = Mutex<Set<String>>([])
    private static let cleansUp: Void = {
        _ = atexit {
            TemporaryFolder.living.withLock { $0.forEach { try? FileManager.default.removeItem(atPath: $0) } }
        }
    }()

    /// Makes the folder.
    public init() throws {
        _ = Self.cleansUp
        path = NSTemporaryDirectory() + "perigee-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        _ = Self.living.withLock { $0.insert(path) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        _ = Self.living.withLock { $0.remove(path) }
    }

    /// A path inside.
    public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Names of the files inside, at any depth.
    public func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: self($0), isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}
