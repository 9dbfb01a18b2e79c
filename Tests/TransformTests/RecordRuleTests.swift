import NearEarth
import NeoWs
import PerigeeTesting
import Testing
import Transform

@Suite("Record rules")
struct RecordRuleTests {
    /// A change to a good record that breaks exactly one rule, and another that is as good as the original.
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: RecordRule
        let old: String
        let bad: String
        /// Path below the object (or its approach) and the offending value as it stands.
        let field: String
        let value: String
        /// What stands in `old`'s place in the good twin.
        var good: String?
        var inApproach = false
        var testDescription: String { "\(rule.rawValue): \(bad)" }
    }

    static let reference = #""neo_reference_id":"3000001""#
    static let both = #""id":"3000001","neo_reference_id":"3000001""#
    static let km = #""kilometers":"14959787.000000000""#
    static let full = #""close_approach_date_full":"2020-Feb-03 04:05""#

    static let object = [
        Case(
            rule: .identity, old: both, bad: #""x":1"#, field: "id", value: "", good: #""neo_reference_id":"3000001""#),
        Case(
            rule: .identity, old: both, bad: #""id":null"#, field: "id", value: "null",
            good: #""id":null,"neo_reference_id":"3000001""#),
        Case(
            rule: .identity, old: reference, bad: #""neo_reference_id":"3000002""#, field: "neo_reference_id",
            value: "3000002",
            good: #""neo_reference_id":null"#),
        Case(
            rule: .fieldRequired, old: #""name":"(2020 AB)","#, bad: "", field: "name", value: "", good: #""name":"X","#
        ),
        Case(rule: .fieldRequired, old: #""name":"(2020 AB)""#, bad: #""name":null"#, field: "name", value: "null"),
        Case(
            rule: .fieldRequired, old: #""is_potentially_hazardous_asteroid":false,"#, bad: "",
            field: "is_potentially_hazardous_asteroid", value: "",
            good: #""is_potentially_hazardous_asteroid":true,"#),
        Case(rule: .fieldType, old: #""name":"(2020 AB)""#, bad: #""name":12"#, field: "name", value: "12"),
        Case(
            rule: .fieldType, old: both, bad: #""id":3000001"#, field: "id", value: "3000001", good: #""id":"3000001""#),
        Case(
            rule: .fieldType, old: ":20.0,", bad: #":"bright","#, field: "absolute_magnitude_h", value: "bright",
            good: #":"20.0","#),
        Case(
            rule: .fieldType, old: ":20.0,", bad: #":"NaN","#, field: "absolute_magnitude_h", value: "NaN", good: ":20,"
        ),
        Case(rule: .fieldType, old: ":20.0,", bad: #":"","#, field: "absolute_magnitude_h", value: "", good: ":null,"),
        Case(
            rule: .fieldType, old: ":20.0,", bad: ":[20],", field: "absolute_magnitude_h", value: "[20]", good: ":2e1,"),
        Case(rule: .fieldType, old: ":20.0,", bad: ":false,", field: "absolute_magnitude_h", value: "false"),
        Case(
            rule: .fieldType, old: #""is_potentially_hazardous_asteroid":false"#,
            bad: #""is_potentially_hazardous_asteroid":"false""#,
            field: "is_potentially_hazardous_asteroid", value: "false"),
        Case(
            rule: .fieldType, old: #""is_sentry_object":false"#, bad: #""is_sentry_object":0"#,
            field: "is_sentry_object", value: "0",
            good: #""is_sentry_object":null"#),
        Case(
            rule: .fieldType, old: #""estimated_diameter":{"#, bad: #""estimated_diameter":7,"x":{"#,
            field: "estimated_diameter", value: "7",
            good: #""estimated_diameter":null,"x":{"#),
        Case(
            rule: .fieldRange, old: both, bad: #""id":"3000001x""#, field: "id", value: "3000001x",
            good: #""id":"54016849""#),
        Case(rule: .fieldRange, old: both, bad: #""id":"""#, field: "id", value: "", good: #""id":"1""#),
        Case(
            rule: .fieldRange, old: both, bad: #""id":"123456789012345678901""#, field: "id",
            value: "123456789012345678901",
            good: #""id":"12345678901234567890""#),
        Case(rule: .fieldRange, old: #""name":"(2020 AB)""#, bad: #""name":"""#, field: "name", value: ""),
        Case(
            rule: .fieldRange, old: "(2020 AB)", bad: String(repeating: "n", count: 256), field: "name",
            value: String(repeating: "n", count: 200),
            good: String(repeating: "é", count: 255)),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: #"a\u0000b"#, field: "name", value: #"a\u0000b"#,
            good: #"a\u00a0b \\u0000"#),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: #"two\r\nlines"#, field: "name",
            value: #"two\u000d\u000alines"#, good: #"one\\nline"#),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: #"tab\tinside"#, field: "name", value: #"tab\u0009inside"#,
            good: #"\u0020"#),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: #"\u001b[31mred"#, field: "name", value: #"\u001b[31mred"#,
            good: "[31mred"),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: "del\u{7f}", field: "name", value: #"del\u007f"#,
            good: "del~"),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: #"c1\u0085"#, field: "name", value: #"c1\u0085"#,
            good: "c1…"),
        Case(
            rule: .controlCharacters, old: "(2020 AB)", bad: "c1\u{9b}", field: "name", value: #"c1\u009b"#,
            good: "c1\u{a0}"),
        Case(
            rule: .fieldRange, old: ":20.0,", bad: ":99.0,", field: "absolute_magnitude_h", value: "99.0",
            good: ":null,"),
        Case(
            rule: .fieldRange, old: ":20.0,", bad: ":-11,", field: "absolute_magnitude_h", value: "-11", good: ":null,"),
        Case(
            rule: .diameterFromH, old: ":0.2658,", bad: ":0.2659,",
            field: "estimated_diameter.kilometers.estimated_diameter_min", value: "0.2659",
            good: ":0.2658000010,"),
        Case(
            rule: .diameterFromH, old: ":0.5943468684}", bad: ":0.2658}",
            field: "estimated_diameter.kilometers.estimated_diameter_max", value: "0.2658",
            good: ":null}"),
    ]

    static let approach = [
        Case(
            rule: .fieldRequired, old: #","orbiting_body":"Earth""#, bad: "", field: "orbiting_body", value: "",
            good: #","orbiting_body":"Merc""#),
        Case(
            rule: .fieldRequired, old: #""close_approach_date":"2020-02-03","#, bad: "", field: "close_approach_date",
            value: ""),
        Case(
            rule: .fieldRequired, old: #""kilometers_per_second":"10.0000000000","#, bad: "",
            field: "relative_velocity.kilometers_per_second", value: ""),
        Case(rule: .fieldRequired, old: km + ",", bad: "", field: "miss_distance.kilometers", value: ""),
        Case(
            rule: .fieldType, old: #""close_approach_date":"2020-02-03""#, bad: #""close_approach_date":"2020-02-30""#,
            field: "close_approach_date",
            value: "2020-02-30"),
        Case(
            rule: .fieldType, old: "1580702700000", bad: #""1580702700000""#, field: "epoch_date_close_approach",
            value: "1580702700000", good: "null"),
        Case(
            rule: .fieldType, old: "1580702700000", bad: "1580702700000.5", field: "epoch_date_close_approach",
            value: "1580702700000.5"),
        Case(
            rule: .fieldType, old: full, bad: #""close_approach_date_full":7"#, field: "close_approach_date_full",
            value: "7",
            good: #""close_approach_date_full":null"#),
        Case(
            rule: .fieldType, old: km, bad: #""kilometers":"far""#, field: "miss_distance.kilometers", value: "far",
            good: #""kilometers":14959787"#),
        Case(
            rule: .fieldType, old: km, bad: #""kilometers":"14,959,787""#, field: "miss_distance.kilometers",
            value: "14,959,787"),
        Case(rule: .fieldRange, old: km, bad: #""kilometers":"-1""#, field: "miss_distance.kilometers", value: "-1"),
        Case(
            rule: .fieldRange, old: #""orbiting_body":"Earth""#,
            bad: #""orbiting_body":"\#(String(repeating: "E", count: 51))""#, field: "orbiting_body",
            value: String(repeating: "E", count: 51)),
        Case(
            rule: .dateCoherent, old: "1580702700000", bad: "1580774400000", field: "epoch_date_close_approach",
            value: "1580774400000", good: "1580774399999"),
        Case(
            rule: .dateCoherent, old: "1580702700000", bad: "-1", field: "epoch_date_close_approach", value: "-1",
            good: "1580688000000"),
        Case(
            rule: .dateCoherent, old: full, bad: #""close_approach_date_full":"2020-Feb-04 04:05""#,
            field: "close_approach_date_full",
            value: "2020-Feb-04 04:05", good: #""close_approach_date_full":"2020-Feb-03 23:59""#),
        Case(
            rule: .dateCoherent, old: full, bad: #""close_approach_date_full":"2020-Feb-03 24:00""#,
            field: "close_approach_date_full",
            value: "2020-Feb-03 24:00"),
        Case(
            rule: .distanceUnits, old: km, bad: #""kilometers":"14959902""#, field: "miss_distance.kilometers",
            value: "14959902",
            good: #""kilometers":"14959788""#),
        Case(
            rule: .distanceUnits, old: "38.9000000000", bad: "38.91", field: "miss_distance.lunar", value: "38.91",
            good: "38.90000001"),
        Case(
            rule: .velocityUnits, old: "36000.0000000000", bad: "36000.1",
            field: "relative_velocity.kilometers_per_hour", value: "36000.1", good: "36000.00001"
        ),
        Case(
            rule: .controlCharacters, old: #""orbiting_body":"Earth""#, bad: #""orbiting_body":"Ear\u0000th""#,
            field: "orbiting_body", value: #"Ear\u0000th"#,
            good: #""orbiting_body":"Ear\u0074h""#),
        Case(
            rule: .fieldRange, old: #""close_approach_date":"2020-02-03""#, bad: #""close_approach_date":"0999-12-31""#,
            field: "close_approach_date",
            value: "0999-12-31"),
    ]

    @Test(arguments: object)
    func aBadObjectGoesToQuarantineAlone(_ wrong: Case) throws {
        try check(wrong, recordPath: #"$.near_earth_objects["2020-02-03"][1]"#)
    }

    @Test(arguments: approach)
    func aBadApproachGoesToQuarantineAlone(_ wrong: Case) throws {
        try check(wrong, recordPath: #"$.near_earth_objects["2020-02-03"][1].close_approach_data[0]"#)
    }

    private func check(_ wrong: Case, recordPath: String) throws {
        let bad = try Sample.object().changing(wrong.old, to: wrong.bad)
        let others = [Sample.object(id: "1"), Sample.object(id: "2")]
        let result = try transform(Sample.day(others[0], bad, others[1]))
        #expect(result.statement.rejected.count == 1, "\(result.statement.rejected)")
        let rejected = try #require(result.statement.rejected.first)
        #expect(rejected.rule == wrong.rule.rawValue)
        #expect(rejected.recordPath == recordPath && rejected.path == "\(recordPath).\(wrong.field)")
        #expect(rejected.value == wrong.value && !rejected.reason.isEmpty)
        #expect(rejected.record == String(PlainText.escaped(bad).prefix(16_384)))
        // The rest of the body comes out as if the record were not there.
        let alone = try transform(Sample.day(others[0], others[1]))
        #expect(result.approaches == alone.approaches && result.csv == alone.csv && result.approaches.count == 2)
        #expect(result.statement.records == 3 && result.statement.rejectedRecords == 1)
        if let good = wrong.good {
            let twin = try transform(
                Sample.day(others[0], try Sample.object().changing(wrong.old, to: good), others[1]))
            #expect(twin.statement.rejected.isEmpty && twin.approaches.count == 3, "\(twin.statement.rejected)")
        }
    }

    @Test func everyRuleIsCovered() {
        #expect(Set((Self.object + Self.approach).map(\.rule)) == Set(RecordRule.allCases))
    }

    @Test func theDayOfTheFeedCountsToo() throws {
        let result = try transform(Sample.feed([("2020-02-04", [Sample.object()])]))
        #expect(result.statement.rejected.map(\.rule) == ["date-coherent"] && result.approaches.isEmpty)
        #expect(
            result.statement.rejected.first?.path
                == #"$.near_earth_objects["2020-02-04"][0].close_approach_data[0].close_approach_date"#)
        #expect(result.statement.rejected.first?.spkID == "3000001")
    }

    @Test func allThatIsWrongWithARecordIsSaidAndCountedOnce() throws {
        let bad = try Sample.object().changing(RecordRuleTests.both, to: #""x":1"#).changing(
            ":20.0,", to: #":"bright","#)
        let result = try transform(Sample.day(bad))
        #expect(Set(result.statement.rejected.map(\.rule)) == ["identity", "field-type"])
        #expect(
            Set(result.statement.rejected.map(\.recordPath)).count == 1 && result.statement.rejectedRecords == 1
                && result.statement.records == 1)
        #expect(result.statement.rejected.allSatisfy { $0.spkID == nil })
    }

    @Test func oneBadApproachLeavesTheObjectsOthers() throws {
        let body = try Sample.object().changing(
            Sample.approach(),
            to: [
                Sample.approach(), "7",
                Sample.approach(date: "2020-02-04", epoch: 1_580_789_100_000, full: "2020-Feb-04 04:05"),
            ].joined(separator: ","))
        let result = try transform(body)
        #expect(result.approaches.map(\.observationDate.description) == ["2020-02-03", "2020-02-04"])
        #expect(
            result.statement.rejected.map(\.path) == ["$.close_approach_data[1]"]
                && result.statement.rejected.map(\.rule) == ["field-type"])
        #expect(result.statement.records == 3 && result.statement.rejectedRecords == 1)
    }

    @Test(arguments: [("null", RecordRule.fieldRequired), ("{}", .fieldType), ("\"none\"", .fieldType)])
    func approachesThatAreNoListAreTheObjectsFault(data: String, rule: RecordRule) throws {
        let bad = try Sample.object().changing("[\(Sample.approach())]", to: data)
        let result = try transform(Sample.day(bad, Sample.object(id: "2")))
        #expect(result.statement.rejected.map(\.rule) == [rule.rawValue] && result.approaches.map(\.id) == ["2"])
        #expect(result.statement.rejected.first?.path == #"$.near_earth_objects["2020-02-03"][0].close_approach_data"#)
    }

    @Test func aLineOfComplaintHasPathRuleReasonAndValue() throws {
        let result = try transform(Sample.day(try Sample.object().changing(":20.0,", to: #":"bright","#)))
        #expect(
            result.statement.rejected.first?.description
                == #"$.near_earth_objects["2020-02-03"][0].absolute_magnitude_h: field-type: expected a decimal number, found a string (value bright)"#
        )
    }
}
