import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: bodies that fill their buffer exactly")
struct BufferTests {
    /// Sizes at and around the smallest capacity, where the padding begins right behind the body.
    @Test(arguments: [1023, 1024, 1025, 1031, 1032, 1087, 1088, 1089, 2048, 4095, 4096, 4097])
    func areReadToTheirLastByte(_ size: Int) throws {
        let filled = try Self.body(ofSize: size)
        #expect(filled.count == size)
        #expect(try Scanned.scan(filled).objects.map(\.id) == ["1"])
        var buffer = BodyBuffer(capacity: size)
        buffer.replace(count: size) { target in
            _ = target.initialize(from: filled)
            return size
        }
        let scanned = try Scanned.scan(buffer)
        #expect(scanned.objects.count == 1)
    }

    /// The end of the buffer in the middle of every kind of token, at every place of a word.
    @Test func cutAtTheVeryEndAreTruncatedWhateverStandsThere() {
        for piece in [
            "\"aaaaaaaaaaaaaaaa", "\"a\\", "\"a\\u", "\"a\\u00", "-", "1.", "1e", "12345", "tru", "nul", "{", "[",
            "{\"a\"", "{\"a\":", "{\"a\":1,", "[1,",
            "  ", "",
            "\"\u{e9}",
        ] {
            for size in 1024..<1040 {
                let start = Array(#"{"near_earth_objects":{},"x":"#.utf8)
                let body =
                    start + [UInt8](repeating: 0x20, count: size - start.count - piece.utf8.count) + Array(piece.utf8)
                var buffer = BodyBuffer(capacity: size)
                buffer.replace(count: size) { target in
                    _ = target.initialize(from: body)
                    return size
                }
                let error = Scanned.error(in: buffer)
                #expect(error?.problem == .truncated, "\(piece) at \(size)")
            }
        }
    }

    @Test func stringsOfEveryLengthEndWhereTheyEnd() throws {
        for length in 1..<100 {
            let name = String(repeating: "a", count: length)
            #expect(try Scanned.scan(Sample.day(Sample.object(name: name))).objects.first?.name == name)
            let escaped = String(repeating: "b", count: length - 1) + #"\""#
            #expect(
                try Scanned.scan(Sample.day(Sample.object(name: escaped))).objects.first?.name == String(
                    escaped.dropLast(2)) + "\"")
        }
    }

    private static func body(ofSize size: Int) throws -> [UInt8] {
        let start = #"{"near_earth_objects":{"2020-02-03":[{"id":"1","name":""#
        let end = #""}]}}"#
        return Array((start + String(repeating: "x", count: size - start.utf8.count - end.utf8.count) + end).utf8)
    }
}
