import NeoWs

/// One line of NDJSON on its way.
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    mutating func text(_ key: String, _ value: String) {
        name(key)
        string(value)
    }

    mutating func number(_ key: String, _ value: Int) {
        name(key)
        bytes.append(contentsOf: "\(value)".utf8)
    }

    /// A value of the body's: marked where it is a string, left out where it is absent.
    mutating func value(_ key: String, _ token: Token, _ body: BodyBytes) {
        guard token.kind != .absent else { return }
        let text = body.text(token)
        switch token.kind {
        case .string, .escapedString: self.text(key, "\"" + text)
        // Of these only the beginning is ever shown.
        case .object, .array: self.text(key, String(text.unicodeScalars.prefix(RejectedRecord.maximumValue)))
        default: self.text(key, text)
        }
    }

    mutating func array(_ key: String, _ indices: Range<Int>, _ element: (Int, inout JSONLine) -> Void) {
        name(key)
        bytes.append(UInt8(ascii: "["))
        for index in indices {
            if index > indices.lowerBound { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "{"))
            element(index, &self)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func object(_ key: String, _ members: [String: String]) {
        name(key)
        bytes.append(UInt8(ascii: "{"))
        for (key, value) in members { text(key, value) }
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func end(into lines: inout [UInt8]) {
        lines.append(contentsOf: bytes)
        lines.append(UInt8(ascii: "}"))
        lines.append(0x0A)
    }

    private mutating func name(_ key: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        string(key)
        bytes.append(UInt8(ascii: ":"))
    }

    /// RFC 8259, section 7.
    private mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes += Array("\\u00".utf8) + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
