public import Landing
import NearEarth
import NeoWs
public import S3
import Transform

/// Objects in S3, and what lies under prefixes.
public struct S3RawInput: RawInput {
    private let urls: [String]
    private let client: S3Client

    /// The objects at these URLs; a prefix stands for the `.json` objects directly under it.
    public init(urls: [String], client: S3Client) {
        self.urls = urls
        self.client = client
    }

    /// The URLs.
    public var location: String { urls.joined(separator: ",") }

    /// The objects in the order of the URLs and of their keys; of an object that is named by itself, the manifest beside it.
    public func list() async throws(LandingError) -> (bodies: [String], manifests: [String]) {
        do throws(FileTransformError) {
            let bodies = try await BodySource.list(urls, s3: client).map(\.name)
            var manifests: [String] = []
            for url in urls { manifests += try await BodySource.manifests(url, client) }
            return (bodies, manifests)
        } catch {
            switch error {
            case .service(let error): throw .service(error)
            case .badURL: throw .badURL("s3://BUCKET/KEY")
            default: throw .file(path: location, action: "list", cause: "\(error)")
            }
        }
    }

    /// An object.
    public func read(_ name: String) async throws(LandingError) -> RawBody {
        guard let location = S3Location(name) else { throw .badURL("s3://BUCKET/KEY") }
        do throws(S3Error) {
            let (object, bytes) = try await client.read(location, limit: NeoWsClient.maximumBodyBytes)
            return RawBody(bytes: bytes, modifiedAt: object.modifiedAt)
        } catch {
            throw .service(error)
        }
    }

    /// The prefix that the manifest is under.
    public func zone(of manifest: String) async throws(LandingError) -> LandingZone {
        guard let location = S3Location(manifest) else { throw .badURL("s3://BUCKET/KEY") }
        let prefix = location.key.lastIndex(of: "/").map { String(location.key[..<$0]) } ?? ""
        return LandingZone(S3Store(found: S3Location(bucket: location.bucket, key: prefix), client: client))
    }
}
