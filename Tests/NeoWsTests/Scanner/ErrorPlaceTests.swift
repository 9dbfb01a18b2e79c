import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: an error names its byte and its JSON path")
struct ErrorPlaceTests {
    /// A change to the two-day feed, what is wrong then, where it shows (a text, and bytes behind its start) and the
    /// path.
    struct Case: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let problem: ScanError.Problem
        let mark: String
        let more: Int
        let path: String
        var testDescription: String { "\(old) -> \(new)" }
    }

    static let day = #"$.near_earth_objects["2020-02-03"]"#

    static let cases = [
        Case(
            old: #""element_count":3"#, new: #""element_count":"3""#,
            problem: .wrongType(expected: "a whole number", found: "a string"),
            mark: #"element_count":""#, more: 16, path: "$.element_count"),
        Case(
            old: #""element_count":3"#, new: #""element_count":3.5"#,
            problem: .wrongType(expected: "a whole number", found: "a number"),
            mark: "3.5", more: 0, path: "$.element_count"),
        Case(
            old: #""name":"99942 Apophis (2004 MN4)""#, new: #""name":NaN"#,
            problem: .syntax("expected a value, found \"N\""),
            mark: "NaN", more: 0, path: "\(day)[1].name"),
        Case(
            old: "99942 Apophis", new: "99942\tApophis", problem: .syntax("a control character in a string"),
            mark: "\tApophis", more: 0, path: "\(day)[1].name"),
        Case(
            old: "99942 Apophis", new: #"99942 \qpophis"#, problem: .syntax("an unknown escape"), mark: #"\qpophis"#,
            more: 0, path: "\(day)[1].name"),
        Case(
            old: #""id":"2099942""#, new: #""id":"2099942","id":"x""#, problem: .duplicateKey("id"), mark: #"id":"x""#,
            more: 0, path: "\(day)[1].id"),
        Case(
            old: "1580789100000", new: "01580789100000", problem: .syntax("expected a comma or }, found \"1\""),
            mark: "01580789100000", more: 1,
            path: #"$.near_earth_objects["2020-02-04"][0].close_approach_data[0].epoch_date_close_approach"#),
        Case(
            old: #""2020-02-04":["#, new: #""2020-02-30":["#,
            problem: .wrongType(expected: "a day YYYY-MM-DD as key", found: "\"2020-02-30\""),
            mark: "2020-02-30", more: 0, path: #"$.near_earth_objects["2020-02-30"]"#),
        Case(
            old: #""2020-02-03":["#, new: #""2020-02-03":[7,"#,
            problem: .wrongType(expected: "an object", found: "a number"),
            mark: "[7,", more: 1, path: "\(day)[0]"),
        Case(
            old: #""near_earth_objects":{"#, new: #""near_earth_objects":"none","x":{"#,
            problem: .wrongType(expected: "an object or an array", found: "a string"), mark: #""none""#, more: 0,
            path: "$.near_earth_objects"),
        Case(
            old: #"(2020 CD)","#, new: #"(2020 CD)","x":[0,{"a b":[true,fals]}],"#,
            problem: .syntax("expected null, true or false, found \"]\""),
            mark: "fals]", more: 4, path: #"$.near_earth_objects["2020-02-04"][0].x[1]["a b"][1]"#),
        Case(
            old: #"(2020 CD)","#, new: #"(2020 CD)",,"#, problem: .syntax("expected a key in quotes, found \",\""),
            mark: #"",,"#, more: 2,
            path: #"$.near_earth_objects["2020-02-04"][0]"#),
    ]

    @Test(arguments: cases)
    func exactly(_ wrong: Case) throws {
        let body = try Sample.week.changing(wrong.old, to: wrong.new)
        let error = try #require(Scanned.error(body))
        #expect(error.problem == wrong.problem)
        #expect(error.offset == (try body.offset(of: wrong.mark, plus: wrong.more)))
        #expect(error.path == wrong.path)
    }

    @Test func aSentenceSaysAllOfIt() throws {
        let error = try #require(Scanned.error(#"{"near_earth_objects":{"2020-02-03":[1]}}"#))
        #expect(
            error.description == #"expected an object, found a number (byte 37, $.near_earth_objects["2020-02-03"][0])"#
        )
    }

    @Test(arguments: ["[]", "1", "\"text\"", "null", "true"])
    func aBodyThatIsNoObjectIsRefused(_ body: String) throws {
        let error = try #require(Scanned.error("  " + body))
        #expect(error.problem.kind == "wrongType")
        #expect(error.offset == 2 && error.path == "$")
    }

    @Test(arguments: [
        "{}", #"{"links":{}}"#, #"{"id":"1"}"#, #"{"id":"1","name":"x"}"#, #"{"close_approach_data":[]}"#,
        #"{"id":null,"close_approach_data":[]}"#,
    ])
    func anObjectThatIsNotNeoWssIsRefused(_ body: String) throws {
        let error = try #require(Scanned.error(body))
        #expect(error.problem.kind == "notNeoWs")
        #expect(error.offset == 0 && error.path == "$")
    }

    @Test func errorEnvelopesAreToldFromData() throws {
        let application =
            #"{"code":400,"http_error":"BAD_REQUEST","error_message":"The Feed date limit is only 7 Days","request":"http://x"}"#
        let error = try #require(Scanned.error(application))
        #expect(error.problem == .errorEnvelope("The Feed date limit is only 7 Days"))
        #expect(error.offset == (try application.offset(of: "The Feed")) && error.path == "$.error_message")
        let gateway = #"{"error":{"code":"API_KEY_INVALID","message":"An invalid api_key was supplied."}}"#
        let other = try #require(Scanned.error(gateway))
        guard case .errorEnvelope(let message) = other.problem else {
            Issue.record("\(other)")
            return
        }
        #expect(message.contains("API_KEY_INVALID") && message.contains("An invalid api_key was supplied."))
        #expect(other.offset == 9 && other.path == "$.error")
    }
}
