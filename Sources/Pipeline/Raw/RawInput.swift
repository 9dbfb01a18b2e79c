public import Foundation
public import Landing
import NearEarth
import NeoWs
import Transform

/// Raw bodies that somebody else has fetched, under names.
public protocol RawInput: Sendable {
    /// Where they are, without credentials.
    var location: String { get }
    /// Their names, in order.
    func list() async throws(LandingError) -> [String]
    /// The manifest that a landing zone of Perigee's keeps beside it, or nil.
    func manifest(_ name: String) async throws(LandingError) -> LandedBody?
    /// One of them.
    func read(_ name: String) async throws(LandingError) -> RawBody
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

    /// The name of the manifest beside a raw file; nil for what is none of a landing zone's.
    static func manifestName(beside name: String) -> String? { name.hasSuffix(".json") ? name.dropLast(".json".count) + ".manifest.json" : nil }
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

    /// The files in the order of their names.
    public func list() async throws(LandingError) -> [String] {
        do throws(FileTransformError) {
            return try await BodySource.list(paths, s3: nil).map(\.name)
        } catch {
            throw .file(path: paths.joined(separator: ", "), action: "list", cause: "\(error)")
        }
    }

    /// The manifest in the file beside it.
    public func manifest(_ name: String) async throws(LandingError) -> LandedBody? {
        try RawBody.manifestName(beside: name).flatMap { (name) throws(LandingError) in try WholeFile(name) }.flatMap { LandedBody(manifest: $0.bytes) }
    }

    /// A file.
    public func read(_ name: String) async throws(LandingError) -> RawBody {
        guard let file = try WholeFile(name, limit: NeoWsClient.maximumBodyBytes) else {
            throw .file(path: name, action: "read", cause: "it is not there")
        }
        return RawBody(bytes: file.bytes, modifiedAt: file.modifiedAt)
    }
}
