/// The text form that PostgreSQL's COPY and MySQL's LOAD DATA share: tabs between values, a line feed behind a row,
/// `\N` for NULL, and a backslash before what would be mistaken for these.
public enum DelimitedText {
    /// Appends a row.
    public static func append(_ values: [String?], to text: inout [UInt8]) {
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(0x09) }
            if let value {
                let start = text.count
                text += value.utf8
                escape(&text, from: start)
            } else {
                text += null
            }
        }
        text.append(0x0A)
    }

    /// The values of a row, its line feed not among the bytes.
    public static func values(_ row: some Sequence<UInt8>) -> [String?] {
        Array(row).split(separator: 0x09, omittingEmptySubsequences: false).map { field in
            field.elementsEqual(null) ? nil : String(decoding: unescaped(field), as: UTF8.self)
        }
    }

    /// A field's own bytes; `\N` is the caller's to tell apart.
    public static func unescaped(_ field: some Collection<UInt8>) -> [UInt8] {
        field.withContiguousStorageIfAvailable(plain) ?? Array(field).withUnsafeBufferPointer(plain)
    }

    private static func plain(_ field: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(field.count)
        var start = 0
        while let mark = field[start...].firstIndex(of: backslash), mark + 1 < field.count {
            plain += field[start..<mark]
            switch field[mark + 1] {
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case let byte: plain.append(byte)
            }
            start = mark + 2
        }
        plain += field[start...]
        return plain
    }

    /// NULL.
    public static let null = [backslash, UInt8(ascii: "N")]
    private static let backslash = UInt8(ascii: "\\")

    /// Puts backslashes into what was appended from `start` on, where it needs any.
    static func escape(_ text: inout [UInt8], from start: Int) {
        guard text[start...].contains(where: { $0 < 0x20 || $0 == backslash }) else { return }
        let plain = Array(text[start...])
        text.removeSubrange(start...)
        for byte in plain {
            switch byte {
            case 0x09: text += [backslash, UInt8(ascii: "t")]
            case 0x0A: text += [backslash, UInt8(ascii: "n")]
            case 0x0D: text += [backslash, UInt8(ascii: "r")]
            case backslash: text += [backslash, backslash]
            default: text.append(byte)
            }
        }
    }
}
