/// Reads JSON tokens (RFC 8259) from a padded buffer, front to back, without building anything.
///
/// The caller walks objects and arrays; what it does not want it skips, and what is skipped is checked just the same.
struct JSONCursor {
    /// A problem and the byte at which it shows; the path is found afterwards, see `JSONPath`.
    struct Fault: Error {
        let problem: ScanError.Problem
        let offset: Int
    }

    /// Nesting beyond this is refused: NeoWs's bodies are 7 deep.
    static let maximumDepth = 64

    private let body: BodyBytes
    private(set) var at = 0
    private var depth = 0
    /// Keys of the objects now open that are not in `Key`; `Key`'s own are told apart by a bit mask.
    private var unknownKeys: [KeyPrint] = []

    init(_ body: BodyBytes, at start: Int = 0) {
        self.body = body
        at = start
        unknownKeys.reserveCapacity(64)
    }

    private var base: UnsafePointer<UInt8> { body.base }
    private var count: Int { body.count }

    // MARK: Objects and arrays

    /// An object or an array that is being walked: whether it has begun, and which keys it has had.
    struct Walk {
        fileprivate var seen: UInt64 = 0
        fileprivate var first = true
        fileprivate let mark: Int
    }

    /// Steps into the object at the position.
    mutating func enterObject() throws(Fault) -> Walk { try enter(UInt8(ascii: "{"), "an object") }

    /// Steps into the array at the position.
    mutating func enterArray() throws(Fault) -> Walk { try enter(UInt8(ascii: "["), "an array") }

    private mutating func enter(_ bracket: UInt8, _ wanted: String) throws(Fault) -> Walk {
        guard base[at] == bracket else { throw unexpected(wanted) }
        guard depth < Self.maximumDepth else { throw fault(.syntax("nested deeper than \(Self.maximumDepth)")) }
        depth += 1
        at += 1
        return Walk(mark: unknownKeys.count)
    }

    /// Moves to the next member or element; false behind the bracket that ends the walk.
    @inline(__always)
    private mutating func advance(_ walk: inout Walk, _ bracket: UInt8, _ wanted: String) throws(Fault) -> Bool {
        skipSpace()
        if base[at] == bracket {
            at += 1
            depth -= 1
            if unknownKeys.count > walk.mark { unknownKeys.removeLast(unknownKeys.count - walk.mark) }
            return false
        }
        if !walk.first {
            guard base[at] == UInt8(ascii: ",") else { throw unexpected(wanted) }
            at += 1
            skipSpace()
        }
        return true
    }

    /// The next key, the position then being at its value; nil where the object ends.
    @inline(__always)
    mutating func nextKey(_ walk: inout Walk) throws(Fault) -> (key: Key, token: Token)? {
        guard try advance(&walk, UInt8(ascii: "}"), "a comma or }") else { return nil }
        walk.first = false
        guard base[at] == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
        let token = try string()
        let key = body.withText(token) { Key($0) }
        if key == .other {
            try remember(token, since: walk.mark)
        } else {
            let bit = UInt64(1) << UInt64(key.rawValue)
            guard walk.seen & bit == 0 else { throw duplicate(token) }
            walk.seen |= bit
        }
        skipSpace()
        guard base[at] == UInt8(ascii: ":") else { throw unexpected("a colon") }
        at += 1
        skipSpace()
        return (key, token)
    }

    /// Moves to the next element; false where the array ends.
    @inline(__always)
    mutating func nextElement(_ walk: inout Walk) throws(Fault) -> Bool {
        guard try advance(&walk, UInt8(ascii: "]"), "a comma or ]") else { return false }
        if !walk.first, base[at] == UInt8(ascii: "]") { throw unexpected("a value") }
        walk.first = false
        return true
    }

    // MARK: Values

    /// What the value at the position is, told from its first byte.
    @inline(__always)
    func peekKind() throws(Fault) -> TokenKind {
        switch base[at] {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"): return .true
        case UInt8(ascii: "f"): return .false
        case UInt8(ascii: "-"), 48...57: return .number
        default: throw unexpected("a value")
        }
    }

    /// Reads the value at the position; an object's or array's token spans it whole, its contents checked.
    @inline(__always)
    mutating func value() throws(Fault) -> Token {
        switch base[at] {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "-"), 48...57: return try number()
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "t"): return try literal("true", .true)
        case UInt8(ascii: "f"): return try literal("false", .false)
        default: return try container()
        }
    }

    private mutating func container() throws(Fault) -> Token {
        let start = at
        let kind = try peekKind()
        if kind == .object {
            var walk = try enterObject()
            while try nextKey(&walk) != nil { _ = try value() }
        } else {
            var walk = try enterArray()
            while try nextElement(&walk) { _ = try value() }
        }
        return Token(kind: kind, start: start, end: at)
    }

    /// Reads the string at the position, eight bytes a step.
    @inline(__always)
    private mutating func string() throws(Fault) -> Token {
        at += 1
        let start = at
        var kind = TokenKind.string
        while true {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
            // The lowest marked byte is a quote, a backslash or a control character (Hacker's Delight, 6-1).
            let quote = word ^ 0x2222_2222_2222_2222
            let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let marks =
                (((quote &- 0x0101_0101_0101_0101) & ~quote) | ((slash &- 0x0101_0101_0101_0101) & ~slash)
                    | ((word &- 0x2020_2020_2020_2020) & ~word)) & 0x8080_8080_8080_8080
            guard marks != 0 else {
                at += 8
                continue
            }
            at += marks.trailingZeroBitCount / 8
            switch base[at] {
            case UInt8(ascii: "\""):
                at += 1
                return Token(kind: kind, start: start, end: at - 1)
            case UInt8(ascii: "\\"):
                kind = .escapedString
                try escape()
            default:
                throw at >= count ? fault(.truncated) : fault(.syntax("a control character in a string"))
            }
        }
    }

    private mutating func escape() throws(Fault) {
        switch base[at + 1] {
        case UInt8(ascii: "u"):
            for offset in 2..<6 where !Character(Unicode.Scalar(base[at + offset])).isHexDigit {
                throw at + offset >= count ? fault(.truncated, at: count) : fault(.syntax("a bad \\u escape"))
            }
            at += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 2
        default:
            throw at + 1 >= count ? fault(.truncated, at: count) : fault(.syntax("an unknown escape"))
        }
    }

    @inline(__always)
    private mutating func number() throws(Fault) -> Token {
        let start = at
        if base[at] == UInt8(ascii: "-") { at += 1 }
        if base[at] == UInt8(ascii: "0") {
            at += 1
        } else {
            try digits()
        }
        if base[at] == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if base[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if base[at] == UInt8(ascii: "-") || base[at] == UInt8(ascii: "+") { at += 1 }
            try digits()
        }
        return Token(kind: .number, start: start, end: at)
    }

    @inline(__always)
    private mutating func digits() throws(Fault) {
        let start = at
        while base[at] &- 48 < 10 { at += 1 }
        guard at > start else { throw unexpected("a digit") }
    }

    private mutating func literal(_ word: StaticString, _ kind: TokenKind) throws(Fault) -> Token {
        let start = at
        for index in 0..<word.utf8CodeUnitCount {
            guard base[at] == word.utf8Start[index] else { throw unexpected("null, true or false") }
            at += 1
        }
        return Token(kind: kind, start: start, end: at)
    }

    // MARK: Space, end, faults

    @inline(__always)
    mutating func skipSpace() {
        // Compact bodies have none: the first byte decides.
        while base[at] <= 0x20, base[at] == 0x20 || base[at] == 0x0A || base[at] == 0x0D || base[at] == 0x09 { at += 1 }
    }

    /// Checks that nothing but white space follows.
    mutating func expectEnd() throws(Fault) {
        skipSpace()
        guard at == count else { throw fault(.syntax("something follows the body")) }
    }

    /// A problem that shows at a byte, or at the position.
    func fault(_ problem: ScanError.Problem, at offset: Int? = nil) -> Fault {
        Fault(problem: problem, offset: min(offset ?? at, count))
    }

    /// The error for a byte that can't stand here: the end of the body, or something else than `wanted`.
    func unexpected(_ wanted: String) -> Fault {
        if at >= count { return fault(.truncated) }
        let byte = base[at]
        let shown = (0x21...0x7E).contains(byte) ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
        return fault(.syntax("expected \(wanted), found \(shown)"))
    }

    // MARK: Keys that are not NeoWs's

    /// A key by what is quick to compare: its length and first bytes; the rest is compared only where these agree.
    private struct KeyPrint {
        let print: UInt64
        let token: Token
    }

    private mutating func remember(_ token: Token, since mark: Int) throws(Fault) {
        let print = body.withText(token) { text in
            text.prefix(7).reduce(UInt64(truncatingIfNeeded: text.count)) { $0 << 8 | UInt64($1) }
        }
        for index in mark..<unknownKeys.count where unknownKeys[index].print == print {
            guard !body.same(unknownKeys[index].token, token) else { throw duplicate(token) }
        }
        unknownKeys.append(KeyPrint(print: print, token: token))
    }

    private func duplicate(_ token: Token) -> Fault {
        fault(.duplicateKey(body.text(token)), at: token.start)
    }
}
