import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: what is not JSON")
struct SyntaxTests {
    /// A value that can't be, and the byte of it at which that shows.
    @Test(
        arguments: [
            ("NaN", 0), ("Infinity", 0), ("-Infinity", 1), ("nan", 1), ("01", 1), ("-01", 2), ("00", 1), ("1.", 2),
            ("1.e5", 2), (".5", 0), ("-.5", 1),
            ("+1", 0),
            ("1e", 2), ("1e+", 3), ("1.5.5", 3), ("0x10", 1), ("- 1", 1), ("-", 1), ("True", 0), ("tru", 3),
            ("truE", 3), ("nulL", 3), ("nul", 3), ("falsy", 4),
            ("'a'", 0), ("undefined", 0), ("", 0), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1,,2]", 3), ("[", 1),
            ("{,}", 1), (#"{"a":1,}"#, 7),
            (#"{"a"}"#, 4),
            (#"{"a":}"#, 5), (#"{"a" 1}"#, 5), ("{a:1}", 1), (#"{"a":1 "b":2}"#, 7), (#"{"a":1,,"b":2}"#, 7),
            ("{1:2}", 1), ("[1}", 2), (#"{"a":1]"#, 6),
            (#""\x""#, 1), (#""\u12g4""#, 1), (#""\u12""#, 1), (#""\U0041""#, 1), ("\"\t\"", 1), ("\"\n\"", 1),
            ("\"a\0b\"", 2), ("\"\u{1f}\"", 1),
            ("/* c */1", 0),
            ("1//c", 1), ("\u{0}", 0), ("\u{feff}1", 0), ("\u{a0}1", 0), ("\u{b}1", 0), ("1_000", 1), ("1,2", 1),
            ("\u{7f}", 0),
        ] as [(String, Int)])
    func isASyntaxErrorAtItsByte(value: String, at place: Int) throws {
        let body = #"{"element_count":0,"other":\#(value),"near_earth_objects":{}}"#
        let error = try #require(Scanned.error(body), "\(value) was accepted")
        #expect(error.problem.kind == "syntax", "\(error)")
        // `1,2` is a value, and then a key that has no quotes.
        let expected = try body.offset(of: #""other":"#, plus: 8 + place + (value == "1,2" ? 1 : 0))
        #expect(error.offset == expected, "\(error)")
    }

    @Test(arguments: ["x", "{}", "]", "}", ",", "\0", "\u{feff}", Sample.day()])
    func nothingMayFollowTheBody(_ rest: String) throws {
        let body = Sample.day(Sample.object())
        let error = try #require(Scanned.error(body + "\n" + rest))
        #expect(error.problem == .syntax("something follows the body"))
        #expect(error.offset == body.utf8.count + 1)
        #expect(try Scanned.scan(body + " \r\n\t").objects.count == 1)
    }

    @Test func sixtyFourLevelsAreReadAndSixtyFiveAreNot() throws {
        func nested(_ levels: Int, _ open: String, _ close: String) -> String {
            #"{"near_earth_objects":{},"x":"# + String(repeating: open, count: levels) + "1"
                + String(repeating: close, count: levels) + "}"
        }
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            #expect(throws: Never.self) { try Scanned.scan(nested(63, open, close)) }
            let error = try #require(Scanned.error(nested(64, open, close)))
            #expect(error.problem == .syntax("nested deeper than 64"))
            #expect(error.offset == 29 + 63 * open.utf8.count)
        }
        #expect(Scanned.error(String(repeating: "[", count: 1_000_000)) != nil)
        #expect(Scanned.error(String(repeating: #"{"a":"#, count: 1_000_000))?.problem.kind == "syntax")
    }

    @Test func bracketsInStringsAreNotBrackets() throws {
        let scanned = try Scanned.scan(Sample.day(Sample.object(name: "}]{[,:")))
        #expect(scanned.objects.first?.name == "}]{[,:")
    }
}
