import Foundation
import NIOHTTP1

/// What an answer that is not a success means.
///
/// Codes: "Error responses", Amazon S3 API Reference. Which of them may pass: "Retry behavior", AWS SDKs and Tools
/// Reference Guide, standard mode.
struct Refusal {
    var error: S3Error
    /// Whether the same request may succeed later.
    var mayPass = false
    /// Whether other credentials of the same role may be taken.
    var wantsNewCredentials = false

    private static let throttling: Set = [
        "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException",
        "PriorRequestNotComplete",
    ]
    private static let passing: Set = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "ServiceUnavailable", "OperationAborted",
        "ConditionalRequestConflict",
    ]

    /// Clocks further apart than this do not agree for S3.
    private static let tolerance: TimeInterval = 15 * 60

    init(
        status: Int, headers: HTTPHeaders, body: [UInt8], request: S3Request, region: String,
        credentials: S3Credentials, now: Date = Date()
    ) {
        let answer = XMLElement(document: body).flatMap { $0.name == "Error" ? $0 : $0.all("Error").first }
        let code = answer?["Code"].map { credentials.scrub(String($0.prefix(100))) }
        let message = answer?["Message"].map { credentials.scrub(String($0.prefix(300))) }
        let requestID =
            answer?["RequestId"] ?? headers.first(name: "x-amz-request-id") ?? headers.first(name: "x-amzn-requestid")
        error = S3Error(
            .refused, action: request.action, resource: request.resource.description,
            message ?? "the service answered with status \(status)",
            code: code ?? (message == nil ? nil : "status \(status)"),
            requestID: requestID.map { credentials.scrub(String($0.prefix(200))) })
        let skew = headers.first(name: "date").flatMap(AWSDate.http).map { now.timeIntervalSince($0) }
        let clocksDiffer = skew.map { abs($0) > Self.tolerance } ?? false
        let bucketRegion = headers.first(name: "x-amz-bucket-region") ?? answer?["Region"]
        let isElsewhere = status == 400 && bucketRegion != nil && bucketRegion != region

        switch (code ?? "", status) {
        case ("RequestTimeTooSkewed", _), ("RequestExpired", _): set(.clockSkew, Self.skewed(skew))
        case (_, 403) where clocksDiffer: set(.clockSkew, Self.skewed(skew))
        case ("NoSuchBucket", _): set(.noSuchBucket, "there is no such bucket")
        case ("NoSuchKey", _): set(.noSuchKey, "there is no such object")
        case ("InvalidBucketName", _): set(.configuration, "the service does not take this for a bucket's name")
        case ("SignatureDoesNotMatch", _):
            set(.badCredentials, "the secret access key is not the one that belongs to the access key id")
        case ("InvalidAccessKeyId", _): set(.badCredentials, "the service does not know the access key id")
        case ("ExpiredToken", _), ("ExpiredTokenException", _), ("InvalidToken", _), ("TokenRefreshRequired", _):
            set(.badCredentials, "the service no longer takes the session token")
            wantsNewCredentials = true
        case ("PermanentRedirect", _), ("TemporaryRedirect", _), ("AuthorizationHeaderMalformed", _),
            ("IllegalLocationConstraintException", _), (_, 301),
            (_, 307):
            setElsewhere(bucketRegion, region)
        case _ where isElsewhere: setElsewhere(bucketRegion, region)
        case (let code, let status) where Self.throttling.contains(code) || status == 429:
            set(.throttled, "the service asks for fewer requests")
            mayPass = true
        case ("NotImplemented", _), (_, 501): error.kind = .notImplemented
        case ("PreconditionFailed", _), (_, 412): error.kind = .preconditionFailed
        case ("BadDigest", _), ("XAmzContentSHA256Mismatch", _), ("InvalidDigest", _):
            set(.damaged, "the bytes changed on their way to the service")
            mayPass = true
        case (let code, let status) where Self.passing.contains(code) || status >= 500 || status == 408:
            error.kind = .unreachable
            mayPass = true
        case (_, 403), (_, 401): set(.denied, message ?? "access is denied")
        case (_, 404): set(.noSuchKey, message ?? "there is no such object")
        default: break
        }
    }

    private mutating func set(_ kind: S3Error.Kind, _ explanation: String) {
        error.kind = kind
        error.explanation = explanation
    }

    private mutating func setElsewhere(_ other: String?, _ region: String) {
        let location = other.map { "in the region \($0), not in \(region); set AWS_REGION=\($0)" }
        set(
            .wrongRegion,
            "the bucket is \(location ?? "not in the region \(region); set AWS_REGION, and AWS_ENDPOINT_URL_S3 where that is set")"
        )
    }

    private static func skewed(_ seconds: TimeInterval?) -> String {
        guard let seconds else { return "this machine's clock is not the service's; set it" }
        return
            "this machine's clock is \(Int(abs(seconds) / 60)) minutes \(seconds < 0 ? "behind" : "ahead of") the service's; set it"
    }
}
