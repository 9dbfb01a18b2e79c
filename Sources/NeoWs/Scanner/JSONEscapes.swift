/// The escapes of JSON strings (RFC 8259, section 7).
enum JSONEscapes {
    /// The text of a string's raw bytes, escapes resolved. The scanner has checked their form; an unpaired surrogate
    /// becomes U+FFFD.
    static func decode(_ raw: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(raw.count)
        var at = 0
        while at < raw.count {
            let byte = raw[at]
            guard byte == UInt8(ascii: "\\"), at + 1 < raw.count else {
                output.append(byte)
                at += 1
                continue
            }
            at += 2
            switch raw[at - 1] {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "u"): output.append(contentsOf: unicode(raw, &at))
            case let other: output.append(other)
            }
        }
        return output
    }

    /// The UTF-8 of the `uXXXX` whose digits begin at `at`, a pair of surrogates taken together.
    private static func unicode(_ raw: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> [UInt8] {
        let first = unit(raw, at)
        at += 4
        var scalar = first
        if (0xD800..<0xDC00).contains(first), at + 5 < raw.count, raw[at] == UInt8(ascii: "\\"),
            raw[at + 1] == UInt8(ascii: "u"),
            case let second = unit(raw, at + 2), (0xDC00..<0xE000).contains(second)
        {
            at += 6
            scalar = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        return Array(String(Unicode.Scalar(scalar).map(Character.init) ?? "\u{FFFD}").utf8)
    }

    private static func unit(_ raw: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32 {
        UInt32(String(decoding: raw[start..<min(start + 4, raw.count)], as: UTF8.self), radix: 16) ?? 0
    }
}
