import Foundation
import NIOCore
import NIOHTTP1
import NearEarth

/// Why one try of a request failed.
struct Refusal: Error {
    var error: S3Error
    /// Whether the same request may succeed later.
    var mayPass = false
    /// Whether other credentials of the same role may be taken.
    var wantsNewCredentials = false

    /// Clocks further apart than this do not agree for S3.
    private static let tolerance: TimeInterval = 15 * 60
}

extension Refusal {
    /// What an answer that is not a success means.
    ///
    /// Codes: "Error responses", Amazon S3 API Reference. Which of them may pass: "Retry behavior", AWS SDKs and Tools
    /// Reference Guide, standard mode.
    init(
        status: Int, headers: HTTPHeaders, body: ByteBuffer, request: S3Request, region: String,
        credentials: S3Credentials
    ) {
        let answer = XMLElement(document: body).flatMap { $0.name == "Error" ? $0 : $0.all("Error").first }
        let code = answer?["Code"].map { credentials.scrub(String($0.prefix(100))) }
        let message = answer?["Message"].map { credentials.scrub(String($0.prefix(300))) }
        let requestID =
            answer?["RequestId"] ?? headers.first(name: "x-amz-request-id") ?? headers.first(name: "x-amzn-requestid")
        error = request.error(
            .refused, message ?? "the service answered with status \(status)",
            code: code ?? (message == nil ? nil : "status \(status)"),
            requestID: requestID.map { credentials.scrub(String($0.prefix(200))) })
        let skew = headers.first(name: "date").flatMap(Timestamp.http).map { Date().timeIntervalSince($0) }
        let clocksDiffer = skew.map { abs($0) > Self.tolerance } ?? false
        let bucketRegion = headers.first(name: "x-amz-bucket-region") ?? answer?["Region"]
        let isElsewhere = status == 400 && bucketRegion != nil && bucketRegion != region

        switch code ?? "" {
        case "RequestTimeTooSkewed", "RequestExpired",
            _ where status == 403 && clocksDiffer:
            let difference = skew.map { "\(Int(abs($0) / 60)) minutes \($0 < 0 ? "behind" : "ahead of")" }
            set(.clockSkew, "this machine's clock is \(difference ?? "not") the service's; set it")
        case "NoSuchBucket": set(.noSuchBucket, "there is no such bucket")
        case "NoSuchKey": set(.noSuchKey, "there is no such object")
        case "InvalidBucketName": set(.configuration, "the service does not take this for a bucket's name")
        case "SignatureDoesNotMatch":
            set(.badCredentials, "the secret access key is not the one that belongs to the access key id")
        case "InvalidAccessKeyId": set(.badCredentials, "the service does not know the access key id")
        case "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired":
            set(.badCredentials, "the service no longer takes the session token")
            wantsNewCredentials = true
        case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
            _ where status == 301 || status == 307 || isElsewhere:
            let location = bucketRegion.map { "in the region \($0), not in \(region); set AWS_REGION=\($0)" }
            set(
                .wrongRegion,
                "the bucket is \(location ?? "not in the region \(region); set AWS_REGION, and AWS_ENDPOINT_URL_S3 where that is set")"
            )
        case "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
            "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
            "LimitExceededException", "PriorRequestNotComplete",
            _ where status == 429:
            set(.throttled, "the service asks for fewer requests")
            mayPass = true
        case "NotImplemented",
            _ where status == 501:
            error.kind = .notImplemented
        case "PreconditionFailed",
            _ where status == 412:
            error.kind = .preconditionFailed
        case "BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest":
            set(.damaged, "the bytes changed on their way to the service")
            mayPass = true
        case "RequestTimeout", "RequestTimeoutException", "InternalError", "ServiceUnavailable", "OperationAborted",
            "ConditionalRequestConflict",
            _ where status >= 500 || status == 408:
            error.kind = .unreachable
            mayPass = true
        case _ where status == 403 || status == 401: set(.denied, message ?? "access is denied")
        case _ where status == 404: set(.noSuchKey, message ?? "there is no such object")
        default: break
        }
    }

    private mutating func set(_ kind: S3Error.Kind, _ explanation: String) {
        error.kind = kind
        error.explanation = explanation
    }
}
