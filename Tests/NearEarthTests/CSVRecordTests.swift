import NearEarth
import Testing

@Suite("CSVRecord")
struct CSVRecordTests {
    @Test(
        arguments: [
            ("a,b", ["a", "b"]), ("", [""]), (",", ["", ""]), ("a,,c", ["a", "", "c"]), (#""a,b",c"#, ["a,b", "c"]),
            (#""say ""hi""",x"#, [#"say "hi""#, "x"]),
            ("\"two\r\nlines\",x", ["two\r\nlines", "x"]), ("\"\"", [""]), ("\"\"\"\"", ["\""]), ("é,漢", ["é", "漢"]),
        ] as [(String, [String])])
    func splitsALine(line: String, fields: [String]) {
        #expect(CSVRecord.fields(line) == fields)
    }

    @Test(arguments: [
        "", "plain", "a,b", #"with "quotes""#, "\"", "two\r\nlines", "tab\tstays", "é,漢", ",", "\n",
        "\"\u{301}accented quote",
    ])
    func aTextSurvivesAsAField(_ text: String) {
        #expect(CSVRecord.fields("x,\(CSVRecord.field(text)),y") == ["x", text, "y"])
    }

    @Test func onlyWhatMustBeQuotedIs() {
        #expect(CSVRecord.field("99942 Apophis (2004 MN4)") == "99942 Apophis (2004 MN4)")
        #expect(CSVRecord.field(#"a"b"#) == #""a""b""#)
    }
}
