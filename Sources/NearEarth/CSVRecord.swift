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
        guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return text }
        // Byte by byte: a quote with an accent behind it is another Character.
        return "\"\(String(decoding: text.utf8.flatMap { $0 == 0x22 ? [$0, $0] : [$0] }, as: UTF8.self))\""
    }
}
