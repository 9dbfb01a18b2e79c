/// Finds the JSON path of a byte, after the fact: the scanner keeps no path while it reads, an error is worth a second
/// walk.
enum JSONPath {
    /// The path of the innermost value that holds `offset` (or would, where the body breaks off), such as
    /// `$.near_earth_objects["2020-02-03"][4].name`.
    static func locate(offset: Int, in body: BodyBytes) -> String {
        enum Level {
            case object(key: String)
            case array(index: Int)
        }
        var levels: [Level] = []
        var expectsKey = false
        var at = 0
        while at < min(offset, body.count) {
            switch body.base[at] {
            case UInt8(ascii: "{"):
                levels.append(.object(key: ""))
                expectsKey = true
            case UInt8(ascii: "["):
                levels.append(.array(index: 0))
                expectsKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                expectsKey = false
            case UInt8(ascii: ","):
                if case .array(let index) = levels.last {
                    levels[levels.count - 1] = .array(index: index + 1)
                } else {
                    // The member before the comma is over.
                    if !levels.isEmpty { levels[levels.count - 1] = .object(key: "") }
                    expectsKey = true
                }
            case UInt8(ascii: ":"): expectsKey = false
            case UInt8(ascii: "\""):
                let start = at + 1
                at = start
                while at < body.count, body.base[at] != UInt8(ascii: "\"") {
                    at += body.base[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                if expectsKey, case .object = levels.last {
                    levels[levels.count - 1] = .object(
                        key: String(decoding: body.bytes(start, min(at, body.count)), as: UTF8.self))
                }
            default: break
            }
            at += 1
        }
        var path = "$"
        for level in levels {
            switch level {
            case .object(let key) where key.isEmpty: break
            case .object(let key) where key.utf8.allSatisfy(isWord): path += ".\(key)"
            case .object(let key): path += "[\"\(key.prefix(80))\"]"
            case .array(let index): path += "[\(index)]"
            }
        }
        return path
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
