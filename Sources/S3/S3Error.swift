public import Support

/// Why S3 did not do what it was asked.
///
/// It names the place, the service's code and its request id, never a key, a token or a signature.
public struct S3Error: Error, Sendable {
    /// What kind of failure it is, by what can be done about it.
    public enum Kind: Sendable, Hashable {
        /// There is no such bucket.
        case noSuchBucket
        /// There is no such object.
        case noSuchKey
        /// The credentials are good, their rights do not suffice.
        case denied
        /// The service does not take the credentials: unknown, expired, or signed with a wrong secret.
        case badCredentials
        /// No credentials were found.
        case noCredentials
        /// This machine's clock and the service's are too far apart for a signature to count.
        case clockSkew
        /// The bucket is in another region.
        case wrongRegion
        /// A variable or a configuration file is wrong.
        case configuration
        /// The service asks for fewer requests, and kept asking.
        case throttled
        /// The service can't be reached, or kept failing.
        case unreachable
        /// The bytes that came are not those that were stored.
        case damaged
        /// A write under a condition that does not hold: there is an object already.
        case preconditionFailed
        /// The service can't do this at all (501).
        case notImplemented
        /// Any other refusal.
        case refused
        /// The caller's task was cancelled.
        case cancelled
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// What was to be done, such as `read`; empty for errors that came before a request.
    public var action: String
    /// The place that was asked for.
    public var resource: String
    /// What is wrong, in a sentence.
    public var explanation: String
    /// The service's code, such as `SlowDown`.
    public var code: String?
    /// The service's id for the request, to quote to whoever runs it.
    public var requestID: String?

    /// An error from its parts.
    public init(
        _ kind: Kind, action: String = "", resource: String = "", _ explanation: String, code: String? = nil,
        requestID: String? = nil
    ) {
        self.kind = kind
        self.action = action
        self.resource = resource
        self.explanation = explanation
        self.code = code
        self.requestID = requestID
    }
}

extension S3Error: UserError {
    /// What a command says of it as it ends.
    public var report: ErrorReport {
        let what = action.isEmpty ? explanation : "can't \(action) \(resource): \(explanation)"
        let details = [code, requestID.map { "request id \($0)" }].compactMap { $0 }
        let (status, next): (ExitStatus, String) =
            switch kind {
            case .noSuchBucket: (.usage, "check the bucket's name, or make the bucket")
            case .wrongRegion: (.usage, "set AWS_REGION to the bucket's region")
            case .configuration: (.usage, "check the AWS_* variables, AWS's files and the bucket's name")
            case .denied:
                (
                    .keyRefused,
                    "allow s3:ListBucket on the bucket, s3:GetObject, s3:PutObject and s3:AbortMultipartUpload on its objects"
                )
            case .badCredentials, .noCredentials:
                (.keyRefused, "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")
            case .clockSkew: (.keyRefused, "set this machine's clock, best by NTP")
            case .unreachable:
                (
                    .unavailable,
                    "check AWS_ENDPOINT_URL_S3 and the network; then run the same command again: what is done is kept"
                )
            case .throttled, .cancelled: (.tryLater, "run the same command again later: what is done is kept")
            case .noSuchKey: (.inputOutput, "check the URL")
            case .damaged, .notImplemented, .preconditionFailed, .refused:
                (.inputOutput, "ask whoever runs the service, with the request id")
            }
        return ErrorReport(status, details.isEmpty ? what : "\(what) (\(details.joined(separator: ", ")))", next: next)
    }
}
