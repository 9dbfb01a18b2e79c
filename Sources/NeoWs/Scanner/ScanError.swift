/// Why a body could not be read, and where.
public struct ScanError: Error, Sendable, Equatable {
    /// The ways in which a body can be wrong.
    public enum Problem: Sendable, Equatable {
        /// The body ends inside a value: cut on its way, worth asking for again.
        case truncated
        /// Not JSON, or not the JSON of RFC 8259 (NaN, a control character, a bad escape).
        case syntax(String)
        /// Bytes that are not UTF-8.
        case encoding
        /// A key twice in one object: which of the two is meant can't be known.
        case duplicateKey(String)
        /// A value of another type than NeoWs documents.
        case wrongType(expected: String, found: String)
        /// JSON, but an error envelope instead of data.
        case errorEnvelope(String)
        /// JSON, but not a NeoWs response.
        case notNeoWs(String)
    }

    /// What is wrong.
    public let problem: Problem
    /// Offset of the byte at which it shows.
    public let offset: Int
    /// JSON path of the value that holds it, such as `$.near_earth_objects["2020-02-03"][4].name`.
    public let path: String

    /// Whether asking again may help.
    public var isTransient: Bool { problem == .truncated }
}

extension ScanError: CustomStringConvertible {
    /// Problem, byte offset and path in a line.
    public var description: String {
        let what =
            switch problem {
            case .truncated: "the body ends too early"
            case .syntax(let detail): "not valid JSON: \(detail)"
            case .encoding: "not valid UTF-8"
            case .duplicateKey(let key): "the key \"\(key)\" occurs twice in one object"
            case .wrongType(let expected, let found): "expected \(expected), found \(found)"
            case .errorEnvelope(let message): "an error answer instead of data: \(message)"
            case .notNeoWs(let detail): "not a NeoWs response: \(detail)"
            }
        return "\(what) (byte \(offset), \(path))"
    }
}
