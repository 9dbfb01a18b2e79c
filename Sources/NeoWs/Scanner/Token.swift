/// What a value is.
public enum TokenKind: UInt8, Sendable {
    /// The key does not occur.
    case absent
    case null
    case `true`
    case `false`
    case number
    /// A string without escapes: its bytes are its text.
    case string
    /// A string with at least one escape.
    case escapedString
    case object
    case array

    /// The kind as an error message names it.
    public var noun: String {
        switch self {
        case .absent: "nothing"
        case .null: "null"
        case .true, .false: "a boolean"
        case .number: "a number"
        case .string, .escapedString: "a string"
        case .object: "an object"
        case .array: "an array"
        }
    }
}

/// Where a value stands in its body, byte offsets; a string's exclude its quotes.
public struct Token: Sendable, Equatable {
    /// What the value is.
    public var kind: TokenKind
    /// Offset of the first byte.
    public var start: Int
    /// Offset behind the last byte.
    public var end: Int

    /// The value of a key that does not occur.
    public static let absent = Token(kind: .absent, start: 0, end: 0)

    /// Absent or null: NeoWs uses both for "not known".
    @inline(__always)
    public var isMissing: Bool { kind == .absent || kind == .null }

    /// A string, with or without escapes.
    @inline(__always)
    public var isString: Bool { kind == .string || kind == .escapedString }
}
