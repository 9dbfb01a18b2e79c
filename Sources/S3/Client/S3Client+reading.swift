import AsyncHTTPClient
import Crypto
public import Foundation
import NIOCore
import NIOHTTP1
import NearEarth

/// What a listing or a look at an object tells of it.
public struct S3Object: Sendable, Hashable {
    /// Where it is.
    public let location: S3Location
    /// Its size, in bytes.
    public let bytes: Int
    /// When it was written, by the service's clock.
    public let modifiedAt: Date
    /// SHA-256 of its content, lower-case hexadecimal, where the service or the writer left it.
    public let sha256: String?
}

extension S3Client {
    /// Reads an object, which must have at most `limit` bytes, and holds it against the checksum that it was stored
    /// with. One that does not fit is read again.
    public func get(_ location: S3Location, limit: Int) async throws(S3Error) -> [UInt8] {
        try await read(location, limit: limit).bytes
    }

    /// The same, with what the service says of the object.
    public func read(_ location: S3Location, limit: Int) async throws(S3Error) -> (object: S3Object, bytes: [UInt8]) {
        let request = S3Request(method: "GET", location: location, action: "read", headers: Self.withChecksum)
        return try await send(request) { response in
            if let length = response.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
                throw request.error(.refused, "\(length) bytes are more than the \(limit) that it may have")
            }
            let body = try await response.body.collect(upTo: limit)
            let digest = body.withUnsafeReadableBytes { SHA256.hash(data: $0) }
            if let expected = Self.checksum(response.headers), Hexadecimal.text(digest) != expected {
                throw request.error(.damaged, "its SHA-256 is not the one it was stored with")
            }
            return (Self.object(location, response.headers), Array(body.readableBytesView))
        }
    }

    /// Looks at an object; nil where there is none. A bucket that is not there looks like one that is empty.
    public func head(_ location: S3Location) async throws(S3Error) -> S3Object? {
        let request = S3Request(method: "HEAD", location: location, action: "look at", headers: Self.withChecksum)
        do throws(S3Error) {
            return try await send(request) { Self.object(location, $0.headers) }
        } catch {
            if error.kind == .noSuchKey { return nil }
            throw error
        }
    }

    /// The objects whose keys begin with the place's, in the order of their keys' bytes, page after page; at most
    /// `limit` of them. With `delimiter`, those alone that have none of it behind the prefix.
    public func list(_ location: S3Location, delimiter: String? = nil, limit: Int = .max) async throws(S3Error)
        -> [S3Object]
    {
        var found: [S3Object] = []
        var token: String?
        repeat {
            var request = S3Request(
                method: "GET", location: S3Location(bucket: location.bucket, key: ""), action: "list")
            request.resource = location
            request.query = [
                ("list-type", "2"), ("prefix", location.key), ("encoding-type", "url"),
                ("max-keys", "\(min(1000, limit - found.count))"),
            ]
            if let delimiter { request.query.append(("delimiter", delimiter)) }
            if let token { request.query.append(("continuation-token", token)) }
            let page = try await send(request) { response in
                guard let page = XMLElement(document: try await response.body.collect(upTo: 16 << 20)),
                    page.name == "ListBucketResult"
                else { throw request.error(.unreachable, "the answer is not a listing of S3's") }
                return page
            }
            found += page.all("Contents").compactMap { entry in
                entry["Key"].map {
                    S3Object(
                        location: S3Location(bucket: location.bucket, key: PercentEncoding.decode($0)),
                        bytes: entry["Size"].flatMap { Int($0) } ?? 0,
                        modifiedAt: entry["LastModified"].flatMap(AWSDate.iso8601) ?? Date(), sha256: nil)
                }
            }
            token = page["IsTruncated"] == "true" ? page["NextContinuationToken"] : nil
        } while token != nil && found.count < limit
        return found
    }

    private static func object(_ location: S3Location, _ headers: HTTPHeaders) -> S3Object {
        S3Object(
            location: location, bytes: headers.first(name: "content-length").flatMap { Int($0) } ?? 0,
            modifiedAt: headers.first(name: "last-modified").flatMap(Timestamp.http) ?? Date(),
            sha256: checksum(headers))
    }

    // MARK: Checksums

    /// The service's checksum where it is one of the whole object, else the writer's. That of a multipart upload is
    /// mostly one of its parts' checksums, which the dash in the ETag tells (moto leaves the one in the checksum out).
    private static func checksum(_ headers: HTTPHeaders) -> String? {
        let isOfParts =
            headers.first(name: "etag")?.contains("-") == true
            && headers.first(name: "x-amz-checksum-type") != "FULL_OBJECT"
        if !isOfParts, let text = headers.first(name: "x-amz-checksum-sha256"), let data = Data(base64Encoded: text),
            data.count == 32
        {
            return Hexadecimal.text(data)
        }
        return headers.first(name: Self.checksumHeader).flatMap {
            $0.count == 64 && $0.allSatisfy(\.isHexDigit) ? $0.lowercased() : nil
        }
    }

    /// Where our own objects carry their checksum too: not every service keeps S3's.
    static let checksumHeader = "x-amz-meta-sha256"

    /// Asks for S3's checksum in the answer.
    private static let withChecksum = [(name: "x-amz-checksum-mode", value: "ENABLED")]
}
