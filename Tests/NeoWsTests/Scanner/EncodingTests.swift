import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: bytes that are not UTF-8")
struct EncodingTests {
    @Test(
        arguments: [
            [0xFF], [0x80], [0xC0, 0xAF], [0xC3, 0x28], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80],
            [0xF0, 0x28, 0x8C, 0xBC], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88],
            [0xE2, 0x82],
        ] as [[UInt8]])
    func areAnErrorAtTheFirstOfThem(_ bad: [UInt8]) throws {
        let whole = Array(Sample.week.utf8)
        // In a name, in a key, between tokens, in a value nobody reads, and at places near the ends.
        let places = [
            try Sample.week.offset(of: "(2020 CD)", plus: 3), try Sample.week.offset(of: "element_count", plus: 4),
            try Sample.week.offset(of: ":3,", plus: 1),
            try Sample.week.offset(of: "sbdb_lookup"), 0, 1, 31, 32, 33, whole.count - 1,
        ]
        for place in places {
            let body = Array(whole[..<place]) + bad + Array(whole[place...])
            let error = try #require(Scanned.error(body))
            #expect(error.problem == .encoding, "at \(place): \(error)")
            #expect(error.offset == place)
            #expect(!error.isTransient)
        }
    }

    @Test func thePathLeadsToTheString() throws {
        var body = Array(Sample.week.utf8)
        let place = try Sample.week.offset(of: "99942 Apophis", plus: 7)
        body[place] = 0xFE
        let error = try #require(Scanned.error(body))
        #expect(error.offset == place && error.path == #"$.near_earth_objects["2020-02-03"][1].name"#)
    }

    @Test func everyLengthBeforeABadByteIsCounted() {
        for length in 0..<130 {
            let body = Array("{\"".utf8) + [UInt8](repeating: 0x61, count: length) + [0xFF] + Array("\":1}".utf8)
            #expect(Scanned.error(body)?.offset == length + 2)
        }
    }

    @Test func aBadByteBehindGoodOnesOfOtherScriptsIsFound() throws {
        let start = "{\"漢字 é 🚀".utf8
        let error = try #require(Scanned.error(Array(start) + [0xC3, 0x28] + Array("\":1}".utf8)))
        #expect(error.problem == .encoding && error.offset == start.count)
    }

    @Test(arguments: [[0xFF, 0xFE], [0xEF, 0xBB, 0xBF]] as [[UInt8]])
    func byteOrderMarksAreRefused(_ mark: [UInt8]) {
        #expect(Scanned.error(mark + Array(Sample.week.utf8)) != nil)
    }
}
