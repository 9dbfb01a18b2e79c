/// The text form that PostgreSQL's COPY and MySQL's LOAD DATA share: tabs between values, a line feed behind a row, `\N` for
/// NULL, and a backslash before what would be mistaken for these.
enum DelimitedText {
    /// Appends a row.
    static func append(_ values: [String?], to text: inout [UInt8]) {
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(0x09) }
            guard let value else {
                text.append(contentsOf: [0x5C, 0x4E])
                continue
            }
            for byte in value.utf8 {
                switch byte {
                case 0x09: text.append(contentsOf: [0x5C, UInt8(ascii: "t")])
                case 0x0A: text.append(contentsOf: [0x5C, UInt8(ascii: "n")])
                case 0x0D: text.append(contentsOf: [0x5C, UInt8(ascii: "r")])
                case 0x5C: text.append(contentsOf: [0x5C, 0x5C])
                default: text.append(byte)
                }
            }
        }
        text.append(0x0A)
    }
}
