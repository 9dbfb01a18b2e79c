/// A small JSON reader (RFC 8259) that shares no code with the scanner: the judge in tests. Numbers stay texts.
public enum StrictJSON {
    /// A value; an object's members in their order, keys that occur twice included.
    public indirect enum Value {
        case null
        case bool(Bool)
        /// The digits as they stand in the document.
        case number(String)
        case string(String)
        case array([Value])
        case object([(key: String, value: Value)])

        /// A member's value, or nil.
        public subscript(_ key: String) -> Value? {
            guard case .object(let members) = self else { return nil }
            return members.first { Array($0.key.utf8) == Array(key.utf8) }?.value
        }

        /// The elements of an array; none of anything else.
        public var elements: [Value] {
            if case .array(let elements) = self { elements } else { [] }
        }

        /// The members of an object; none of anything else.
        public var members: [(key: String, value: Value)] {
            if case .object(let members) = self { members } else { [] }
        }

        /// A string's text or a number's digits; nil for null.
        public var text: String? {
            switch self {
            case .string(let text), .number(let text): text
            case .bool(let flag): flag ? "True" : "False"
            default: nil
            }
        }
    }

    /// A document and what is remarkable about it.
    public struct Document {
        /// What it holds.
        public var value: Value
        /// Whether some object has a key twice.
        public var hasDuplicateKeys: Bool
        /// How deep it is nested.
        public var depth: Int
        /// Valid JSON that Foundation refuses: a number beyond Double, a surrogate without its other half.
        public var isBeyondFoundation: Bool
    }

    /// The document is not JSON.
    public struct Invalid: Error {
        /// The byte at which that shows.
        public var offset: Int
    }

    /// Reads a document.
    public static func read(_ bytes: [UInt8]) throws(Invalid) -> Document {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Invalid(offset: 0) }
        var reader = Reader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.space()
        guard reader.at == bytes.count else { throw Invalid(offset: reader.at) }
        return Document(
            value: value, hasDuplicateKeys: reader.hasDuplicateKeys, depth: reader.deepest,
            isBeyondFoundation: reader.isBeyondFoundation)
    }
}

private struct Reader {
    let bytes: [UInt8]
    var at = 0
    var deepest = 0
    var hasDuplicateKeys = false
    var isBeyondFoundation = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func space() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    mutating func take(_ text: String) throws(StrictJSON.Invalid) {
        for byte in text.utf8 {
            guard next == byte else { throw StrictJSON.Invalid(offset: at) }
            at += 1
        }
    }

    mutating func value(depth: Int) throws(StrictJSON.Invalid) -> StrictJSON.Value {
        space()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "n"):
            try take("null")
            return .null
        case UInt8(ascii: "t"):
            try take("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try take("false")
            return .bool(false)
        default: return .number(try number())
        }
    }

    mutating func object(depth: Int) throws(StrictJSON.Invalid) -> StrictJSON.Value {
        deepest = max(deepest, depth)
        try take("{")
        var members: [(key: String, value: StrictJSON.Value)] = []
        var keys: Set<[UInt8]> = []
        space()
        while next != UInt8(ascii: "}") {
            if !members.isEmpty {
                try take(",")
                space()
            }
            let key = try string()
            if !keys.insert(Array(key.utf8)).inserted { hasDuplicateKeys = true }
            space()
            try take(":")
            members.append((key, try value(depth: depth)))
            space()
        }
        at += 1
        return .object(members)
    }

    mutating func array(depth: Int) throws(StrictJSON.Invalid) -> StrictJSON.Value {
        deepest = max(deepest, depth)
        try take("[")
        var elements: [StrictJSON.Value] = []
        space()
        while next != UInt8(ascii: "]") {
            if !elements.isEmpty { try take(",") }
            elements.append(try value(depth: depth))
            space()
        }
        at += 1
        return .array(elements)
    }

    mutating func string() throws(StrictJSON.Invalid) -> String {
        try take("\"")
        var units: [UInt16] = []
        var plain: [UInt8] = []
        func flush(_ units: inout [UInt16], _ plain: inout [UInt8]) {
            units += String(decoding: plain, as: UTF8.self).utf16
            plain = []
        }
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw StrictJSON.Invalid(offset: at) }
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            flush(&units, &plain)
            units.append(try escape())
        }
        try take("\"")
        flush(&units, &plain)
        let text = String(decoding: units, as: UTF16.self)
        if String(validating: units, as: UTF16.self) == nil { isBeyondFoundation = true }
        return text
    }

    mutating func escape() throws(StrictJSON.Invalid) -> UInt16 {
        guard let letter = next else { throw StrictJSON.Invalid(offset: at) }
        at += 1
        let simple: [UInt8: UInt16] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9,
        ]
        if let unit = simple[letter] { return unit }
        guard letter == UInt8(ascii: "u"), at + 4 <= bytes.count,
            bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw StrictJSON.Invalid(offset: at) }
        at += 4
        return unit
    }

    mutating func number() throws(StrictJSON.Invalid) -> String {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        if next == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            at += 1
            if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { at += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if Double(text)?.isFinite != true || (Double(text) == 0 && text.contains { "123456789".contains($0) }) {
            isBeyondFoundation = true
        }
        return text
    }

    mutating func digits() throws(StrictJSON.Invalid) {
        let start = at
        while let byte = next, (48...57).contains(byte) { at += 1 }
        guard at > start else { throw StrictJSON.Invalid(offset: at) }
    }
}
