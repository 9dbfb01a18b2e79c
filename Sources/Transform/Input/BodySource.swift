import Foundation
import NearEarth
public import NeoWs
public import S3

/// Where a raw body is that somebody names: a file, or an object in S3.
public enum BodySource: Sendable {
    case file(String)
    case object(S3Location, S3Client)

    /// Its path or URL.
    public var name: String {
        switch self {
        case .file(let path): path
        case .object(let location, _): location.description
        }
    }

    /// Whether a path means S3.
    public static func isInS3(_ path: String) -> Bool { S3Location.isURL(path) }

    /// The bodies that paths name, in the order of the paths: each file or object as it is; of a folder, or of a
    /// prefix, what lies directly in it and ends in `.json`, but for the landing zone's manifests, in the order of
    /// their names. `s3` is needed where a path is one of S3's.
    public static func list(_ paths: [String], s3: S3Client?) async throws(FileTransformError) -> [BodySource] {
        var bodies: [BodySource] = []
        for path in paths {
            if let s3, isInS3(path) {
                guard let location = S3Location(path) else { throw .badURL }
                bodies += try await objects(location, s3)
            } else {
                bodies += try InputFiles.list(path).map(BodySource.file)
            }
        }
        return bodies
    }

    private static func objects(_ location: S3Location, _ s3: S3Client) async throws(FileTransformError) -> [BodySource]
    {
        do throws(S3Error) {
            if !location.key.isEmpty, !location.key.hasSuffix("/"), try await s3.head(location) != nil {
                return [.object(location, s3)]
            }
            let folder =
                location.key.isEmpty || location.key.hasSuffix("/")
                ? location : S3Location(bucket: location.bucket, key: location.key + "/")
            let found = try await s3.list(folder, delimiter: "/")
            guard !found.isEmpty else {
                throw S3Error(
                    .noSuchKey, action: "read", resource: location.description, "there is no such object or prefix")
            }
            return found.filter { RawFileName.isRawBody($0.location.key) }.map { .object($0.location, s3) }
        } catch {
            throw .service(error)
        }
    }

    /// The manifests of landing zones that a URL names: those directly under a prefix, or the one beside an object.
    public static func manifests(_ url: String, _ s3: S3Client) async throws(FileTransformError) -> [String] {
        guard let location = S3Location(url) else { throw .badURL }
        do throws(S3Error) {
            if !location.key.isEmpty, !location.key.hasSuffix("/"), try await s3.head(location) != nil {
                guard let beside = RawFileName.manifest(beside: url).flatMap({ S3Location($0) }),
                    try await s3.head(beside) != nil
                else { return [] }
                return [beside.description]
            }
            let folder =
                location.key.isEmpty || location.key.hasSuffix("/")
                ? location : S3Location(bucket: location.bucket, key: location.key + "/")
            return try await s3.list(folder, delimiter: "/").map(\.location).filter { RawFileName.isManifest($0.key) }
                .map(\.description)
        } catch {
            throw .service(error)
        }
    }

    /// Reads it into the buffer and returns its size.
    public func read(into buffer: inout BodyBuffer) async throws(FileTransformError) -> Int {
        switch self {
        case .file(let path): return try InputFiles.read(path, into: &buffer)
        case .object(let location, let s3):
            do throws(S3Error) {
                let bytes = try await s3.get(location, limit: NeoWsClient.maximumBodyBytes)
                buffer.replace(count: bytes.count) { target in
                    _ = target.initialize(from: bytes)
                    return bytes.count
                }
                return bytes.count
            } catch {
                throw .service(error)
            }
        }
    }
}
