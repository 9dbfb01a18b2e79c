public import Landing
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

    /// The objects in the order of the URLs and of their keys.
    public func list() async throws(LandingError) -> [String] {
        do throws(FileTransformError) {
            return try await BodySource.list(urls, s3: client).map(\.name)
        } catch {
            switch error {
            case .service(let error): throw .service(error)
            case .badURL: throw .badURL("s3://BUCKET/KEY")
            default: throw .file(path: location, action: "list", cause: "\(error)")
            }
        }
    }

    /// The manifest in the object beside it.
    public func manifest(_ name: String) async throws(LandingError) -> LandedBody? {
        guard let beside = RawBody.manifestName(beside: name) else { return nil }
        guard let place = S3Location(beside) else { throw .badURL("s3://BUCKET/KEY") }
        do throws(S3Error) {
            return LandedBody(manifest: try await client.get(place, limit: 1 << 20))
        } catch {
            if error.kind == .noSuchKey { return nil }
            throw .service(error)
        }
    }

    /// An object.
    public func read(_ name: String) async throws(LandingError) -> RawBody {
        guard let place = S3Location(name) else { throw .badURL("s3://BUCKET/KEY") }
        do throws(S3Error) {
            let (object, bytes) = try await client.read(place, limit: NeoWsClient.maximumBodyBytes)
            return RawBody(bytes: bytes, modifiedAt: object.modifiedAt)
        } catch {
            throw .service(error)
        }
    }
}
