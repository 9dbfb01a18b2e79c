import Foundation

/// How S3 is reached.
public struct S3Configuration: Sendable {
    /// How a bucket is named in a request.
    public enum Addressing: String, Sendable {
        /// In the path: `https://endpoint/bucket/key`.
        case path
        /// In the host: `https://bucket.endpoint/key`.
        case virtual
    }

    /// The region, such as `eu-central-1`.
    public let region: String
    /// The service's base URL, without a trailing slash; nil for AWS's own in the region.
    public let endpoint: String?
    /// How a bucket is named; nil lets the endpoint decide: in the host at AWS, in the path elsewhere.
    public let addressing: Addressing?
    /// How often a request is sent at most, the first time included.
    public let attempts: Int
    /// File with the certificates of the authorities to trust, PEM; nil for the system's.
    let authorities: String?
    /// The variables that are set and not empty.
    let environment: [String: String]
    let profile: AWSProfile

    /// What is read of the environment besides these: `HOME`.
    public static let variables = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
        "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3",
        "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_MAX_ATTEMPTS", "AWS_CA_BUNDLE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_EC2_METADATA_DISABLED",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "AWS_METADATA_SERVICE_TIMEOUT",
    ]

    /// The settings of AWS's usual variables and files ("Configuration and credential file settings", AWS SDKs and
    /// Tools Reference Guide): a variable counts before the profile's key, and an empty one as not set.
    public init(environment variables: [String: String]) throws(S3Error) {
        environment = variables.filter { !$0.value.isEmpty }
        profile = try AWSProfile(environment: environment)
        region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile["region"] ?? "us-east-1"
        let ignoresConfigured =
            environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile["ignore_configured_endpoint_urls"]
        endpoint =
            ignoresConfigured?.lowercased() == "true"
            ? nil
            : try (environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"] ?? profile.endpoint)
                .map(Self.checked)
        let style = profile["s3.addressing_style"] ?? "auto"
        addressing = Addressing(rawValue: style)
        guard addressing != nil || style == "auto" else {
            throw S3Error(.configuration, "addressing_style is \(style): give path, virtual or auto")
        }
        let count = environment["AWS_MAX_ATTEMPTS"] ?? profile["max_attempts"] ?? "5"
        guard let number = Int(count), (1...20).contains(number) else {
            throw S3Error(.configuration, "AWS_MAX_ATTEMPTS is \(count): give a number from 1 to 20")
        }
        attempts = number
        authorities = environment["AWS_CA_BUNDLE"] ?? profile["ca_bundle"]
        guard region.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw S3Error(.configuration, "AWS_REGION is not a region: give one like eu-central-1")
        }
    }

    /// An endpoint without trailing slash; one with a password, a query or without a host is refused, and not shown.
    private static func checked(_ text: String) throws(S3Error) -> String {
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased() ?? ""),
            parts.host?.isEmpty == false,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw S3Error(
                .configuration,
                "AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL, or endpoint_url) is not a base URL like https://s3.example.org, without user or query"
            )
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The URL of an object, or of a bucket, as it is requested; no signature is in it.
    public func url(of location: S3Location) -> String {
        let (origin, path) = address(of: location)
        return origin + PercentEncoding.encode(path, keepingSlashes: true)
    }

    /// The origin that an object's or a bucket's requests go to, and their decoded path, which is what is signed.
    func address(of location: S3Location) -> (origin: String, path: String) {
        let (bucket, key) = (location.bucket, location.key)
        let root = endpoint ?? "https://s3.\(region).\(region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com")"
        // A dot in the name would not match AWS's certificate.
        let style = addressing ?? (endpoint == nil && !bucket.contains(".") ? .virtual : .path)
        let schemeEnd = root.range(of: "://")?.upperBound ?? root.startIndex
        let pathStart = root[schemeEnd...].firstIndex(of: "/") ?? root.endIndex
        let prefix = root[pathStart...].removingPercentEncoding ?? String(root[pathStart...])
        switch style {
        case .path:
            return (String(root[..<pathStart]), key.isEmpty ? "\(prefix)/\(bucket)" : "\(prefix)/\(bucket)/\(key)")
        case .virtual:
            let origin = "\(root[..<schemeEnd])\(bucket).\(root[schemeEnd..<pathStart])"
            return (origin, key.isEmpty && !prefix.isEmpty ? prefix : "\(prefix)/\(key)")
        }
    }
}
