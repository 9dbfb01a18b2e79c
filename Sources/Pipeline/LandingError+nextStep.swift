public import Landing
public import S3

extension LandingError {
    /// What the user can do about it.
    public var nextStep: String {
        switch self {
        case .file: "check --landing: that the landing folder is writable and its disk not full"
        case .damaged: "run the same command with --refresh to ask NASA again"
        case .badURL: "check --landing"
        case .service(let error): error.nextStep
        }
    }
}

extension S3Error {
    /// What the user can do about it.
    public var nextStep: String {
        switch kind {
        case .noSuchBucket: "check the bucket's name, or make the bucket"
        case .denied: "allow s3:ListBucket on the bucket, s3:GetObject, s3:PutObject and s3:AbortMultipartUpload on its objects"
        case .badCredentials, .noCredentials: "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
        case .clockSkew: "set this machine's clock, best by NTP"
        case .wrongRegion: "set AWS_REGION to the bucket's region"
        case .configuration: "check the AWS_* variables, AWS's files and the bucket's name"
        case .unreachable: "check AWS_ENDPOINT_URL_S3 and the network; then run the same command again: what is done is kept"
        case .throttled, .cancelled: "run the same command again later: what is done is kept"
        case .noSuchKey: "check the URL"
        case .damaged, .notImplemented, .preconditionFailed, .refused: "ask whoever runs the service, with the request id"
        }
    }
}
