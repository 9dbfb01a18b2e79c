import Foundation
import Landing
import NearEarth
import NeoWs
import S3
import Support
import Transform

/// Raw bodies that somebody else has fetched, under names: files and folders of `.json` files, or, with a client for
/// it, objects in S3 and the `.json` objects directly under prefixes.
struct RawInput: Sendable {
    let paths: [String]
    let s3: S3Client?

    /// Where they are, without credentials.
    var location: String { (s3 == nil ? "file:" : "") + paths.joined(separator: ",") }

    /// The bodies' names, in order, and those of the manifests that landing zones of Perigee's have among them.
    func list() async throws(FileTransformError) -> (bodies: [String], manifests: [String]) {
        let bodies = try await BodySource.list(paths, s3: s3).map(\.name)
        return (bodies, try await BodySource.manifests(paths, s3: s3))
    }

    /// A body or a manifest, and when it was written.
    func read(_ name: String) async throws(LandingError) -> (bytes: [UInt8], modifiedAt: Date) {
        guard let s3 else {
            guard let file = try WholeFile(name, limit: NeoWsClient.maximumBodyBytes) else {
                throw .file(path: name, action: "read", cause: "it is not there")
            }
            return (file.bytes, file.modifiedAt)
        }
        let object = try Self.object(name)
        do throws(S3Error) {
            let (object, bytes) = try await s3.read(object, limit: NeoWsClient.maximumBodyBytes)
            return (bytes, object.modifiedAt)
        } catch {
            throw .service(error)
        }
    }

    /// The landing zone that a manifest is in.
    func zone(of manifest: String) async throws(LandingError) -> LandingZone {
        guard let s3 else {
            return LandingZone(try FolderStore(manifest.lastIndex(of: "/").map { String(manifest[..<$0]) } ?? "."))
        }
        let object = try Self.object(manifest)
        let prefix = object.key.lastIndex(of: "/").map { String(object.key[..<$0]) } ?? ""
        return LandingZone(S3Store(found: S3Location(bucket: object.bucket, key: prefix), client: s3))
    }

    private static func object(_ name: String) throws(LandingError) -> S3Location {
        guard let object = S3Location(name) else { throw .badURL("s3://BUCKET/KEY") }
        return object
    }
}
