/// JSON written straight into bytes, in the order of the calls and without spaces, as NeoWs's bodies are.
struct JSONText {
    /// The bytes written so far.
    var bytes: [UInt8] = []

    /// An empty text with room for so many bytes.
    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Text that is JSON already.
    mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// An integer.
    mutating func integer(_ number: Int) {
        fixedPoint(number, places: 0)
    }

    /// A string literal, with its quotes.
    mutating func string(_ text: String) {
        raw("\"")
        escaped(text)
        raw("\"")
    }

    /// The inside of a string literal.
    mutating func escaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case ..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                raw("\\u00")
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }

    /// A value such as `"name":"(SIM 2020 AB1)"`, its key being JSON already.
    mutating func member(_ key: String, _ text: String) {
        raw("\"")
        raw(key)
        raw("\":")
        string(text)
    }
}
