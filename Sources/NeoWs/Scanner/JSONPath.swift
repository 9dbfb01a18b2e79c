/// Finds the JSON path of a byte, after the fact: the scanner keeps no path while it reads, an error is worth a second
/// walk.
enum JSONPath {
    /// The path of the innermost value that holds `offset` (or would, where the body breaks off), such as
    /// `$.near_earth_objects["2020-02-03"][4].name`.
    static func locate(offset: Int, in body: BodyBytes) -> String {
        // The objects and arrays around the position: the key under way, or the index.
        var levels: [(key: String, index: Int?)] = []
        var expectsKey = false
        var at = 0
        while at < min(offset, body.count) {
            switch body.base[at] {
            case UInt8(ascii: "{"):
                levels.append(("", nil))
                expectsKey = true
            case UInt8(ascii: "["):
                levels.append(("", 0))
                expectsKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                expectsKey = false
            case UInt8(ascii: ","):
                guard let level = levels.popLast() else { break }
                levels.append(("", level.index.map { $0 + 1 }))
                expectsKey = level.index == nil
            case UInt8(ascii: ":"): expectsKey = false
            case UInt8(ascii: "\""):
                let start = at + 1
                at = start
                while at < body.count, body.base[at] != UInt8(ascii: "\"") {
                    at += body.base[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                if expectsKey, let level = levels.indices.last {
                    levels[level].key = String(decoding: body.bytes(start, min(at, body.count)), as: UTF8.self)
                }
            default: break
            }
            at += 1
        }
        var path = "$"
        for (key, index) in levels {
            if let index {
                path += "[\(index)]"
            } else if !key.isEmpty {
                path += key.utf8.allSatisfy(isWord) ? ".\(key)" : "[\"\(key.prefix(80))\"]"
            }
        }
        return path
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
