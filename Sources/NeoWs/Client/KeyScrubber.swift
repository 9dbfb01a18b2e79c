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
        var body = Self.replace(in: body) { Self.parameterValue(in: $0, from: $1) }
        for literal in literals.map({ Array($0.utf8) }) {
            body = Self.replace(in: body) { body, start in
                Self.find(literal, rarest: 0, in: body, from: start).map { $0..<$0 + literal.count }
            }
        }
        return body
    }

    /// The same for a text.
    public func scrub(_ text: String) -> String {
        String(decoding: scrub(Array(text.utf8)), as: UTF8.self)
    }

    /// The same bytes with each range that `next` finds from an offset on replaced.
    private static func replace(in body: [UInt8], _ next: ([UInt8], Int) -> Range<Int>?) -> [UInt8] {
        var output: [UInt8] = []
        var copied = 0
        while let range = next(body, copied) {
            if copied == 0 { output.reserveCapacity(body.count) }
            output += body[copied..<range.lowerBound]
            output += replacement.utf8
            copied = range.upperBound
        }
        return copied == 0 ? body : output + body[copied...]
    }

    private static let parameter = Array("api_key".utf8)

    /// Where the next value of an `api_key` stands, behind an equals sign as it is or escaped.
    private static func parameterValue(in body: [UInt8], from start: Int) -> Range<Int>? {
        var at = start
        // The underscore is rarer than the letters before it.
        while let found = find(parameter, rarest: 3, ignoringCase: true, in: body, from: at) {
            at = found + parameter.count
            for form in ["=", "%3d", "%3D", "\\u003d", "\\u003D"] where body[at...].starts(with: form.utf8) {
                let value = at + form.utf8.count
                let end = body[value...].firstIndex { $0 <= 0x20 || "&\"\\'<>#".utf8.contains($0) }
                return value..<(end ?? body.count)
            }
        }
        return nil
    }

    /// Offset of the next `needle`. It is looked for by the byte that stands `rarest` behind its first.
    private static func find(
        _ needle: [UInt8], rarest: Int, ignoringCase: Bool = false, in body: [UInt8], from start: Int
    ) -> Int? {
        let mask: UInt8 = ignoringCase ? 0x20 : 0
        return body.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var at = start + rarest
            let end = bytes.count - needle.count + rarest
            while at <= end, let mark = memchr(base + at, Int32(needle[rarest]), end - at + 1) {
                let found = base.distance(to: mark.assumingMemoryBound(to: UInt8.self)) - rarest
                if needle.indices.allSatisfy({ bytes[found + $0] | mask == needle[$0] | mask }) { return found }
                at = found + rarest + 1
            }
            return nil
        }
    }
}
