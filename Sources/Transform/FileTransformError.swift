/// Why raw files could not be turned into CSV.
public enum FileTransformError: Error, Sendable, CustomStringConvertible {
    /// None of the paths holds a body.
    case noInput([String])
    /// A file can't be read or written.
    case file(path: String, action: String, cause: String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .noInput(let paths): "no .json files in \(paths.joined(separator: ", "))"
        case .file(let path, let action, let cause): "can't \(action) \(path): \(cause)"
        }
    }
}
