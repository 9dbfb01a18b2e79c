/// Whether a body is UTF-8.
enum UTF8Check {
    /// Offset of the first byte that is not part of valid UTF-8, or nil. NeoWs's bodies are ASCII but for a few names.
    /// A character cut by the end of the body is not a fault of encoding: the scanner finds the body truncated there.
    static func firstInvalidOffset(_ body: BodyBytes) -> Int? {
        let bytes = UnsafeBufferPointer(start: body.base, count: body.count)
        var at = 0
        let words = UnsafeRawPointer(body.base)
        // Words of ASCII first, the standard library's own check from the first other byte on.
        while at + 32 <= body.count {
            let high =
                words.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                | words.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self)
                | words.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self)
                | words.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self)
            if high & 0x8080_8080_8080_8080 != 0 { break }
            at += 32
        }
        guard at < body.count else { return nil }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: UnsafeBufferPointer(rebasing: bytes[at...]).span)
            return nil
        } catch {
            if error.kind == .truncatedScalar, at + error.byteOffsets.upperBound == body.count { return nil }
            return at + error.byteOffsets.lowerBound
        }
    }
}
