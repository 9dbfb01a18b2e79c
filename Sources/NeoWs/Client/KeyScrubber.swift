import Foundation

/// Takes API keys out of what NASA sent: its bodies repeat the caller's key in every `links` and `sentry_data` URL.
public struct KeyScrubber: Sendable {
    /// What stands in a key's place.
    public static let replacement = "REDACTED"

    /// Our own key in the forms it can stand in; removed wherever they occur, URL or not.
    private let literals: [String]

    /// A scrubber for bodies that a request with `key` may have brought.
    public init(key: APIKey?) {
        // A word of a few letters could be part of any name: such a key is removed only behind `api_key=`.
        guard let key, !key.isDemo, key.value.utf8.count >= 8 else {
            literals = []
            return
        }
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        let encoded = key.value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? key.value
        // As a string of JSON has it.
        let escaped = key.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        literals = [key.value] + [encoded, escaped].filter { $0 != key.value }
    }

    /// The same bytes with the value of each `api_key` parameter (ours or anyone's, `=` also as `\u003d` or `%3D`)
    /// replaced.
    public func scrub(_ body: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var at = 0
        var copied = 0
        while let found = Self.find(Self.parameter, in: body, from: at) {
            at = found + Self.parameter.count
            guard let value = Self.skipEquals(body, at) else { continue }
            var end = value
            while end < body.count, !Self.endsValue(body[end]) { end += 1 }
            if copied == 0 { output.reserveCapacity(body.count) }
            output += body[copied..<value]
            output += Self.replacement.utf8
            copied = end
            at = end
        }
        if copied == 0 { output = body } else { output += body[copied...] }
        for literal in literals { output = Self.replace(Array(literal.utf8), in: output) }
        return output
    }

    /// The same for a text.
    public func scrub(_ text: String) -> String {
        String(decoding: scrub(Array(text.utf8)), as: UTF8.self)
    }

    private static let parameter = Array("api_key".utf8)

    /// Offset behind the equals sign at `at`, written as it is or escaped; nil where there is none.
    private static func skipEquals(_ body: [UInt8], _ at: Int) -> Int? {
        for form in ["=", "%3d", "%3D", "\\u003d", "\\u003D"] where body[at...].starts(with: form.utf8) {
            return at + form.utf8.count
        }
        return nil
    }

    private static func endsValue(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "&\"\\'<>#".utf8.contains(byte)
    }

    /// Offset of the next `needle`, whose letters are compared without case.
    private static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard body.count >= needle.count else { return nil }
        return body.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            // The underscore is rarer than the letters before it.
            var at = start + 3
            let end = bytes.count - needle.count + 3
            while at <= end, let underscore = memchr(base + at, Int32(UInt8(ascii: "_")), end - at + 1) {
                let found = base.distance(to: underscore.assumingMemoryBound(to: UInt8.self)) - 3
                if needle.indices.allSatisfy({ bytes[found + $0] | 0x20 == needle[$0] | 0x20 }) { return found }
                at = found + 4
            }
            return nil
        }
    }

    private static func replace(_ literal: [UInt8], in body: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        var at = 0
        while at < body.count {
            if body[at] == literal[0], body[at...].starts(with: literal) {
                output += replacement.utf8
                at += literal.count
            } else {
                output.append(body[at])
                at += 1
            }
        }
        return output
    }
}
