public import S3
public import Support

/// Why the landing zone could not do its work.
public enum LandingError: UserError {
    /// A file could not be read or written.
    case file(path: String, action: String, cause: String)
    /// A landed body is not what its manifest says: it was changed after landing, or the disk lost it.
    case damaged(path: String, cause: String)
    /// S3 refused or could not be reached.
    case service(S3Error)
    /// A URL that names no place for a landing zone.
    case badURL(String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .file(let path, let action, let cause): "can't \(action) \(path): \(cause)"
        case .damaged(let path, let cause): "\(path) is damaged: \(cause). Extract it again with --refresh"
        case .service(let error): "\(error)"
        case .badURL(let form): "the landing zone's URL is none of the form \(form)"
        }
    }

    /// The exit code for it.
    public var exitStatus: ExitStatus {
        switch self {
        case .file: .inputOutput
        case .damaged: .dataRefused
        case .badURL: .usage
        case .service(let error): error.exitStatus
        }
    }

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
