/// An RFC 4180 reader that shares no code with the writer: lines of fields, quotes resolved.
public enum CSVReader {
    /// The lines of a document whose lines end with CRLF; nil where it is none.
    public static func lines(_ bytes: [UInt8]) -> [[String]]? {
        var lines: [[String]] = []
        var line: [String] = []
        var at = 0
        while at < bytes.count {
            var field: [UInt8] = []
            if bytes[at] == 0x22 {
                at += 1
                while true {
                    guard at < bytes.count else { return nil }
                    if bytes[at] == 0x22 {
                        at += 1
                        guard at < bytes.count, bytes[at] == 0x22 else { break }
                    }
                    field.append(bytes[at])
                    at += 1
                }
            } else {
                while at < bytes.count, ![0x2C, 0x0D, 0x0A, 0x22].contains(bytes[at]) {
                    field.append(bytes[at])
                    at += 1
                }
            }
            line.append(String(decoding: field, as: UTF8.self))
            guard at < bytes.count else { return nil }
            if bytes[at] == 0x2C {
                at += 1
                // A line never ends with a comma alone: the empty field behind it is still to come.
                if at + 1 < bytes.count, bytes[at] == 0x0D { line.append("") } else { continue }
            }
            guard at + 1 < bytes.count, bytes[at] == 0x0D, bytes[at + 1] == 0x0A else { return nil }
            at += 2
            lines.append(line)
            line = []
        }
        return lines
    }
}
