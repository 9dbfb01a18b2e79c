import NearEarth
import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: what JSON leaves open makes no difference")
struct ToleranceTests {
    @Test func keysMayStandInAnyOrder() throws {
        var random = SeededRandom(seed: 7)
        let expected = try Scanned.scan(Sample.week)
        let document = try StrictJSON.read(Array(Sample.week.utf8)).value
        for _ in 0..<50 {
            let scanned = try Scanned.scan(Self.render(document, shuffledBy: &random))
            #expect(scanned.summary.elementCount == expected.summary.elementCount)
            #expect(
                Set(scanned.objects.map { "\($0.id ?? "") \($0.magnitude ?? "") \($0.approaches)" })
                    == Set(expected.objects.map { "\($0.id ?? "") \($0.magnitude ?? "") \($0.approaches)" }))
        }
    }

    @Test(arguments: [" ", "\n", "\r\n", "\t", "\n        \t"])
    func whiteSpaceMayStandBetweenTokens(_ space: String) throws {
        var spaced = space
        var inString = false
        for character in Sample.week {
            if character == "\"" { inString.toggle() }
            spaced += !inString && "{}[]:,".contains(character) ? space + String(character) + space : String(character)
        }
        let scanned = try Scanned.scan(spaced + space)
        #expect(scanned.objects.map(\.id) == ["3000002", "3000001", "2099942"])
        #expect(scanned.objects.first?.approaches.first?.kilometers == "14959787.000000000")
    }

    @Test func escapesInKeysMeanTheSameKeys() throws {
        let body = Sample.week
            .replacing(#""name":"#, with: #""n\u0061me":"#).replacing(
                #""element_count""#, with: #""\u0065lement_count""#
            )
            .replacing(#""near_earth_objects""#, with: #""near\u005Fearth\u005fobjects""#).replacing(
                #""kilometers""#, with: #""kilomete\u0072s""#)
        let scanned = try Scanned.scan(body)
        #expect(scanned.summary.elementCount == 3)
        #expect(scanned.objects.map(\.name) == ["(2020 CD)", "(2020 AB)", "99942 Apophis (2004 MN4)"])
        #expect(
            scanned.objects.allSatisfy {
                $0.diameterMin == "0.2658" && $0.approaches.first?.kilometers == "14959787.000000000"
            })
    }

    @Test(arguments: [
        (#"\u0041"#, "A"), (#"\u00e9\u00E9"#, "éé"), (#"\ud83d\ude80"#, "🚀"), (#"\uD834\uDD1E!"#, "𝄞!"),
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#"\u0000x"#, "\0x"), (#"\ud83d"#, "\u{FFFD}"), (#"\ude80\ud83d"#, "\u{FFFD}\u{FFFD}"),
        (#"\ud83dx\ude80"#, "\u{FFFD}x\u{FFFD}"),
        (#"\\u0041"#, #"\u0041"#), ("漢字 é 🚀", "漢字 é 🚀"), (#"漢\u5b57"#, "漢字"),
    ])
    func escapesInValuesAreResolved(raw: String, text: String) throws {
        let scanned = try Scanned.scan(Sample.day(Sample.object(name: raw)))
        #expect(scanned.objects.first?.name.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test func escapedDaysAreDays() throws {
        let body = try Sample.day(Sample.object()).changing(#""2020-02-03":["#, to: #""2020\u002d02-03":["#)
        #expect(try Scanned.scan(body).summary.days.map(\.date.description) == ["2020-02-03"])
    }

    @Test func unknownKeysArePassedOver() throws {
        let extra = #""new":{"deep":[{"id":"1","close_approach_data":[1,2,{"x":null}]},[[]],"}"],"n":-1.5e-7},"#
        let body = Sample.week.replacing(#""name":"#, with: extra + #""name":"#).replacing(
            #""element_count""#, with: extra + #""element_count""#
        )
        .replacing(#""orbiting_body""#, with: extra + #""orbiting_body""#)
        let scanned = try Scanned.scan(body)
        #expect(scanned.objects.map(\.id) == ["3000002", "3000001", "2099942"])
        #expect(scanned.objects.allSatisfy { $0.approaches.count == 1 && $0.approaches.first?.body == "Earth" })
    }

    @Test(arguments: ["prev", "previous"])
    func bothNamesOfTheLinkBackAreKnown(_ name: String) throws {
        let body = try Sample.week.changing(#""previous""#, to: "\"\(name)\"")
        #expect(try Scanned.scan(body).objects.count == 3)
    }

    @Test func absentAndNullFieldsAreNil() throws {
        let null =
            #"{"id":null,"neo_reference_id":"3","name":null,"absolute_magnitude_h":null,"estimated_diameter":{},"close_approach_data":[{"x":1}]}"#
        let object = try #require(try Scanned.scan(Sample.day(null)).objects.first)
        #expect(
            object.id == nil && object.reference == "3" && object.name == nil && object.magnitude == nil
                && object.diameterMin == nil)
        #expect(object.isHazardous == .absent && object.isSentry == .absent)
        let approach = try #require(object.approaches.first)
        #expect(
            approach.date == nil && approach.dateFull == nil && approach.epoch == nil && approach.kps == nil
                && approach.kilometers == nil)
    }

    @Test(arguments: [".149124", "-.5", "0.5", "5.62", "1e5", "1E-3", "72331720"])
    func numbersInStringsKeepTheirForm(_ digits: String) throws {
        let body = try Sample.day(Sample.object()).changing("14959787.000000000", to: digits)
        #expect(try Scanned.scan(body).objects.first?.approaches.first?.kilometers == digits)
    }

    @Test(arguments: ["0", "-0", "-1", "12.5", "1e5", "1.5E-10", "0.000001", "123456789012345678901234567890.5"])
    func numbersOfEveryJSONFormAreRead(_ digits: String) throws {
        let body = try Sample.day(Sample.object()).changing(":20.0,", to: ":\(digits),")
        #expect(try Scanned.scan(body).objects.first?.magnitude == digits)
    }

    @Test(
        arguments: [
            ("-1", -1), ("-2176500000000", -2_176_500_000_000), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("1.5", nil), ("1e3", nil), ("0", 0),
        ] as [(String, Int64?)])
    func epochsAreWholeNumbersOfEitherSign(digits: String, value: Int64?) throws {
        let body = try Sample.day(Sample.object()).changing("1580702700000", to: digits)
        #expect(try Scanned.scan(body).objects.first?.approaches.first?.epoch == value)
    }

    private static func render(_ value: StrictJSON.Value, shuffledBy random: inout SeededRandom) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return "\(flag)"
        case .number(let digits): return digits
        case .string(let text): return "\"\(text)\""
        case .array(let elements):
            return "[" + elements.map { render($0, shuffledBy: &random) }.joined(separator: ",") + "]"
        case .object(let members):
            return "{"
                + members.shuffled(using: &random).map { "\"\($0.key)\":" + render($0.value, shuffledBy: &random) }
                .joined(separator: ",") + "}"
        }
    }
}
