public import S3

/// Why raw files could not be turned into CSV.
public enum FileTransformError: Error, Sendable, CustomStringConvertible {
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
}
