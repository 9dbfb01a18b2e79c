public import SparkConnect

/// Why Spark did not transform what was landed.
public enum SparkEngineError: Error, Sendable {
    /// Spark's own.
    case spark(SparkError)
    /// The executors don't see the landing folder, or can't write there.
    case invisible(folder: String, cause: String)
    /// What Spark counted is not what it was given.
    case mismatch(String)
    /// A file of the work folder can't be read, written or moved.
    case file(path: String, action: String, cause: String)

    /// Spark's error on work in `folder`.
    init(_ error: SparkError, folder: String) {
        if case .failed(let failure) = error {
            let text = ([failure.condition ?? "", failure.message] + failure.causes).joined(separator: "\n")
            let signs = ["PATH_NOT_FOUND", "FILE_NOT_EXIST", "FileNotFoundException", "Mkdirs failed", "Permission denied", "AccessDenied"]
            if signs.contains(where: text.contains), text.contains(folder) {
                self = .invisible(folder: folder, cause: "\(failure)")
                return
            }
        }
        self = .spark(error)
    }
}

extension SparkEngineError: CustomStringConvertible {
    /// The error as a sentence.
    public var description: String {
        switch self {
        case .spark(let error): "\(error)"
        case .invisible(let folder, let cause): "Spark's executors can't use the landing folder \(folder): \(cause)"
        case .mismatch(let what): "Spark's counts are not the input's: \(what)"
        case .file(let path, let action, let cause): "can't \(action) \(path): \(cause)"
        }
    }
}
