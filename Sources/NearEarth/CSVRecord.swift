/// One line of RFC 4180 CSV.
public enum CSVRecord {
    /// The fields of a line without its line end, quotes resolved.
    public static func fields(_ line: String) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var quoted = false
        var bytes = line.utf8.makeIterator()
        var next = bytes.next()
        while let byte = next {
            next = bytes.next()
            switch byte {
            case UInt8(ascii: "\"") where quoted && next == UInt8(ascii: "\""):
                field.append(byte)
                next = bytes.next()
            case UInt8(ascii: "\""): quoted.toggle()
            case UInt8(ascii: ",") where !quoted:
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
            default: field.append(byte)
            }
        }
        fields.append(String(decoding: field, as: UTF8.self))
        return fields
    }

    /// A text as a field: in quotes where it holds a comma, a quote or a line end.
    public static func field(_ text: String) -> String {
        var bytes = Array(text.utf8)
        quote(&bytes, from: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Puts the field that was appended from `start` on into quotes, where it needs them (RFC 4180, section 2).
    public static func quote(_ line: inout [UInt8], from start: Int) {
        let quote = UInt8(ascii: "\"")
        guard line[start...].contains(where: { $0 == 0x2C || $0 == quote || $0 == 0x0A || $0 == 0x0D }) else { return }
        let field = Array(line[start...])
        line.replaceSubrange(start..., with: [quote] + field.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote])
    }
}
