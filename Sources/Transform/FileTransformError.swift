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
    /// Somebody stopped it.
    case cancelled
    /// S3 refused or could not be reached.
    case service(S3Error)

    /// What a command says of it as it ends.
    public var report: ErrorReport {
        switch self {
        case .noInput(let paths):
            ErrorReport(
                .usage, "no .json files in \(paths.joined(separator: ", "))",
                next: "name files, or folders that hold .json files")
        case .file(let path, let action, let cause):
            ErrorReport(
                .inputOutput, "can't \(action) \(path): \(cause)", next: "check the path, its permissions and its disk")
        case .badURL:
            ErrorReport(
                .usage, "a URL that begins with s3:// is not of the form s3://BUCKET/KEY",
                next: "name an object or a prefix, such as s3://bucket/landing/")
        case .cancelled:
            ErrorReport(.interrupted, "stopped before it was done", next: "run the same command again")
        case .service(let error): error.report
        }
    }
}
