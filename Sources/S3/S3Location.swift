import Foundation

/// A place in S3: `s3://bucket/key`, where the key may be a prefix, or empty for the whole bucket.
public struct S3Location: Sendable, Hashable {
    /// The bucket.
    public let bucket: String
    /// The key or prefix, as it is: neither decoded nor normalized. S3 takes any text.
    public let key: String

    /// A place from its parts.
    public init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// The place a URL names, or nil where it names none. Credentials before the bucket are none of it.
    public init?(_ url: String) {
        guard Self.isURL(url) else { return nil }
        let parts = url.dropFirst("s3://".count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        // What bucket names may have, those from before 2018 included ("Bucket naming rules", Amazon S3 User Guide).
        guard let bucket = parts.first.map(String.init), (3...255).contains(bucket.utf8.count),
            bucket.unicodeScalars.allSatisfy({ PercentEncoding.unreserved.contains($0) && $0 != "~" })
        else { return nil }
        self.init(bucket: bucket, key: parts.count > 1 ? String(parts[1]) : "")
    }

    /// Whether a text means S3, well-formed or not.
    public static func isURL(_ text: String) -> Bool {
        text.lowercased().hasPrefix("s3://")
    }
}

extension S3Location: CustomStringConvertible {
    /// The URL.
    public var description: String { key.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(key)" }
}
