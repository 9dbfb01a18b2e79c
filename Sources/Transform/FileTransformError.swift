public import S3
public import Support

/// Why raw files could not be turned into CSV.
public enum FileTransformError: UserError {
    /// None of the paths holds a body.
    case noInput([String])
    /// A file can't be read or written.
    case file(path: String, action: String, cause: String)
    /// A URL that begins like one of S3's and is none.
    case badURL
    /// S3 refused or could not be reached.
    case service(S3Error)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .noInput(let paths): "no .json files in \(paths.joined(separator: ", "))"
        case .file(let path, let action, let cause): "can't \(action) \(path): \(cause)"
        case .badURL: "a URL that begins with s3:// is not of the form s3://BUCKET/KEY"
        case .service(let error): "\(error)"
        }
    }

    /// The exit code for it.
    public var exitStatus: ExitStatus {
        switch self {
        case .noInput, .badURL: .usage
        case .service(let error): error.exitStatus
        case .file: .inputOutput
        }
    }

    /// What the user can do about it.
    public var nextStep: String {
        switch self {
        case .noInput: "name files, or folders that hold .json files"
        case .badURL: "name an object or a prefix, such as s3://bucket/landing/"
        case .service(let error): error.nextStep
        case .file: "check the path, its permissions and its disk"
        }
    }
}
