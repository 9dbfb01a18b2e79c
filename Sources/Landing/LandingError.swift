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

    /// What a command says of it as it ends.
    public var report: ErrorReport {
        switch self {
        case .file(let path, let action, let cause):
            ErrorReport(
                .inputOutput, "can't \(action) \(path): \(cause)",
                next: "check --landing: that the landing folder is writable and its disk not full")
        case .damaged(let path, let cause):
            ErrorReport(
                .dataRefused, "\(path) is damaged: \(cause). Extract it again with --refresh",
                next: ErrorReport.askAgain)
        case .service(let error): error.report
        case .badURL(let form):
            ErrorReport(.usage, "the landing zone's URL is none of the form \(form)", next: "check --landing")
        }
    }
}
