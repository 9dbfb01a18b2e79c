public import Foundation
public import Landing
import NearEarth
import NeoWs
import Transform

/// Raw bodies that somebody else has fetched, under names.
public protocol RawInput: Sendable {
    /// Where they are, without credentials.
    var location: String { get }
    /// Their names, in order, and those of the manifests that landing zones of Perigee's have among them.
    func list() async throws(LandingError) -> (bodies: [String], manifests: [String])
    /// A body, or a manifest.
    func read(_ name: String) async throws(LandingError) -> RawBody
    /// The landing zone that a manifest is in.
    func zone(of manifest: String) async throws(LandingError) -> LandingZone
}

/// A raw body, and when it was written.
public struct RawBody: Sendable {
    /// Its bytes.
    public var bytes: [UInt8]
    /// When it was written.
    public var modifiedAt: Date

    /// A body from its parts.
    public init(bytes: [UInt8], modifiedAt: Date) {
        self.bytes = bytes
        self.modifiedAt = modifiedAt
    }
}

/// Files, and folders of `.json` files.
public struct LocalRawInput: RawInput {
    private let paths: [String]

    /// The files at these paths.
    public init(paths: [String]) {
        self.paths = paths
    }

    /// The paths.
    public var location: String { "file:" + paths.joined(separator: ",") }

    /// The files in the order of their names; of a file that is named by itself, the manifest beside it.
    public func list() async throws(LandingError) -> (bodies: [String], manifests: [String]) {
        do throws(FileTransformError) {
            let bodies = try await BodySource.list(paths, s3: nil).map(\.name)
            var manifests: [String] = []
            for path in paths { manifests += try InputFiles.manifests(path) }
            return (bodies, manifests)
        } catch {
            throw .file(path: paths.joined(separator: ", "), action: "list", cause: "\(error)")
        }
    }

    /// A file.
    public func read(_ name: String) async throws(LandingError) -> RawBody {
        guard let file = try WholeFile(name, limit: NeoWsClient.maximumBodyBytes) else {
            throw .file(path: name, action: "read", cause: "it is not there")
        }
        return RawBody(bytes: file.bytes, modifiedAt: file.modifiedAt)
    }

    /// The folder that the manifest is in.
    public func zone(of manifest: String) async throws(LandingError) -> LandingZone {
        LandingZone(try FolderStore(manifest.lastIndex(of: "/").map { String(manifest[..<$0]) } ?? "."))
    }
}
