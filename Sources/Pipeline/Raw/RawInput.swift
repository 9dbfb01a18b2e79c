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
    /// One of them.
    func read(_ name: String) async throws(LandingError) -> RawBody
}

/// A raw body, and what is known of how it was got.
public struct RawBody: Sendable {
    /// Its bytes.
    public var bytes: [UInt8]
    /// When it was written.
    public var modifiedAt: Date
    /// The manifest beside it, where a landing zone of Perigee's has one for these bytes.
    public var manifest: LandedBody?

    /// A body from its parts; a manifest of other bytes is none of its.
    public init(bytes: [UInt8], modifiedAt: Date, manifest: LandedBody?) {
        self.bytes = bytes
        self.modifiedAt = modifiedAt
        self.manifest = manifest.flatMap { $0.describes(bytes) ? $0 : nil }
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

    /// The files in the order of their names.
    public func list() async throws(LandingError) -> [String] {
        do throws(FileTransformError) {
            return try await BodySource.list(paths, s3: nil).map(\.name)
        } catch {
            throw .file(path: paths.joined(separator: ", "), action: "list", cause: "\(error)")
        }
    }

    /// A file, and the manifest that a landing zone keeps beside it.
    public func read(_ name: String) async throws(LandingError) -> RawBody {
        guard let file = try WholeFile(name, limit: NeoWsClient.maximumBodyBytes) else {
            throw .file(path: name, action: "read", cause: "it is not there")
        }
        let manifest = name.hasSuffix(".json") ? try? WholeFile(name.dropLast(5) + ".manifest.json") : nil
        return RawBody(bytes: file.bytes, modifiedAt: file.modifiedAt, manifest: manifest.flatMap { LandedBody(manifest: $0.bytes) })
    }
}
