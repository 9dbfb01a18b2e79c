import Crypto
import Foundation

/// AWS Signature Version 4, carried in the `Authorization` header.
///
/// "Create a signed AWS API request", AWS IAM User Guide; for S3's particulars (a path is encoded once and never
/// normalized), "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
public struct SigV4: Sendable {
    /// Region in the credential scope, such as `eu-central-1`.
    public var region: String
    /// Service in the credential scope: `s3`.
    public var service: String

    /// What is signed of a request.
    public struct Request: Sendable {
        /// The method, upper-case.
        public var method: String
        /// The path, decoded.
        public var path: String
        /// The query's names and values, decoded, in any order.
        public var query: [(name: String, value: String)]
        /// The headers to sign, `host` and `x-amz-date` among them; in any order and case.
        public var headers: [(name: String, value: String)]
        /// SHA-256 of the payload, hexadecimal, or `UNSIGNED-PAYLOAD`.
        public var payloadHash: String

        /// A request from its parts.
        public init(
            method: String, path: String, query: [(name: String, value: String)],
            headers: [(name: String, value: String)], payloadHash: String
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.payloadHash = payloadHash
        }
    }

    /// A signer for a region and a service.
    public init(region: String, service: String = "s3") {
        self.region = region
        self.service = service
    }

    /// The value of the `Authorization` header; `date` is that of the `x-amz-date` header, `20130524T000000Z`.
    public func authorization(_ request: Request, date: String, credentials: S3Credentials) -> String {
        let (canonical, signedHeaders) = Self.canonical(request)
        let day = String(date.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let toSign = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Hexadecimal.text(SHA256.hash(data: Data(canonical.utf8))))"
        let signature = Hexadecimal.text(Self.hmac(signingKey(credentials.secretAccessKey, day), toSign))
        return
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(signedHeaders), Signature=\(signature)"
    }

    private func signingKey(_ secret: String, _ day: String) -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(SymmetricKey(data: Data("AWS4\(secret)".utf8))) { key, part in
            SymmetricKey(data: Self.hmac(key, part))
        }
    }

    private static func hmac(_ key: SymmetricKey, _ text: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    }

    /// The canonical request and the names of its signed headers.
    static func canonical(_ request: Request) -> (text: String, signedHeaders: String) {
        var values: [String: [String]] = [:]
        for header in request.headers { values[header.name.lowercased(), default: []].append(trimmed(header.value)) }
        let names = values.keys.sorted()
        let signedHeaders = names.joined(separator: ";")
        let headers = names.map { "\($0):\(values[$0, default: []].joined(separator: ","))\n" }.joined()
        let path = PercentEncoding.encode(request.path, keepingSlashes: true)
        return (
            [
                request.method, path.isEmpty ? "/" : path, query(request.query), headers, signedHeaders,
                request.payloadHash,
            ].joined(separator: "\n"),
            signedHeaders
        )
    }

    /// The query as it is signed, which is also a good form to send it in.
    static func query(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }.sorted { $0 < $1 }.map {
            "\($0)=\($1)"
        }.joined(separator: "&")
    }

    /// Without blanks at the ends, and runs of them as one.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
