import Foundation

/// A private folder that goes with the value.
public final class TemporaryFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes the folder.
    public init() throws {
        path = NSTemporaryDirectory() + "perigee-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
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
