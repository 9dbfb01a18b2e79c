/// Why an archive could not be written, or is refused.
public enum ArchiveError: Error, Sendable {
    /// A file can't be read or written.
    case file(path: String, cause: String)
    /// The archive is not what it was when it was written: nothing was restored.
    case damaged(path: String, cause: String)
    /// Another version of Perigee wrote it.
    case otherVersion(path: String, version: Int)
    /// The store that was to take it holds data already.
    case notEmpty(store: String)
    /// What the store holds after loading is not what was written: the load was undone.
    case mismatch(store: String, cause: String)
}

extension ArchiveError: CustomStringConvertible {
    /// The error as a sentence.
    public var description: String {
        switch self {
        case .file(let path, let cause): "\(path): \(cause)"
        case .damaged(let path, let cause): "\(path) is damaged: \(cause); nothing was touched"
        case .otherVersion(let path, let version): "\(path) has version \(version) of the archive's form: restore it with the Perigee that wrote it"
        case .notEmpty(let store): "the store \(store) holds data already; restore and copy take an empty one"
        case .mismatch(let store, let cause): "the store \(store) did not take what was given: \(cause); nothing was kept"
        }
    }
}
