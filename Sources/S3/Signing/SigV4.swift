import Crypto
import Foundation
import NearEarth

/// AWS Signature Version 4, carried in the `Authorization` header.
///
/// "Create a signed AWS API request", AWS IAM User Guide; for S3's particulars (a path is encoded once and never
/// normalized), "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
public struct SigV4: Sendable {
    private let region: String
    private let service: String

    /// A signer for a region and a service, as the credential scope names them.
    public init(region: String, service: String = "s3") {
        self.region = region
        self.service = service
    }

    /// The value of a request's `Authorization` header.
    ///
    /// - Parameters:
    ///   - method: The method, upper-case.
    ///   - path: The path, decoded.
    ///   - query: The query's names and values, decoded, in any order.
    ///   - headers: The headers to sign, `host` and `x-amz-date` among them; in any order and case.
    ///   - payloadHash: SHA-256 of the payload, hexadecimal, or `UNSIGNED-PAYLOAD`.
    ///   - date: That of the `x-amz-date` header, `20130524T000000Z`.
    ///   - credentials: Whose signature it is.
    public func authorization(
        method: String, path: String, query: [(name: String, value: String)], headers: [(name: String, value: String)],
        payloadHash: String, date: String, credentials: S3Credentials
    ) -> String {
        // Without blanks at the ends, and runs of them as one.
        let values = Dictionary(grouping: headers) { $0.name.lowercased() }.mapValues { sameName in
            sameName.map { $0.value.split(separator: " ").joined(separator: " ") }.joined(separator: ",")
        }.sorted { $0.key < $1.key }
        let signedHeaders = values.map(\.key).joined(separator: ";")
        let encodedPath = PercentEncoding.encode(path, keepingSlashes: true)
        let canonical = [
            method, encodedPath.isEmpty ? "/" : encodedPath, Self.query(query),
            values.map { "\($0.key):\($0.value)\n" }.joined(), signedHeaders, payloadHash,
        ].joined(separator: "\n")
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

    /// The query as it is signed, which is also a good form to send it in.
    static func query(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }.sorted { $0 < $1 }.map {
            "\($0)=\($1)"
        }.joined(separator: "&")
    }
}
