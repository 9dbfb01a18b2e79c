import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: a key twice in one object")
struct DuplicateKeyTests {
    /// Every key the scanner knows by name, wherever it occurs.
    static let known = [
        "links", "element_count", "page", "error", "error_message", "http_error", "code", "message", "request", "size",
        "total_elements", "total_pages",
        "number", "next", "prev", "previous", "self", "id", "neo_reference_id", "name", "name_limited", "designation",
        "nasa_jpl_url",
        "absolute_magnitude_h", "estimated_diameter", "is_potentially_hazardous_asteroid", "close_approach_data",
        "orbital_data", "is_sentry_object",
        "sentry_data", "kilometers", "meters", "miles", "feet", "estimated_diameter_min", "estimated_diameter_max",
        "close_approach_date",
        "close_approach_date_full", "epoch_date_close_approach", "relative_velocity", "miss_distance", "orbiting_body",
        "kilometers_per_second",
        "kilometers_per_hour", "miles_per_hour", "astronomical", "lunar", "near_earth_objects",
    ]

    @Test(arguments: known + ["x", "", "abcdefgh1", "é", "a-key-of-more-than-sixteen-bytes"])
    func isAnErrorAtTheSecond(_ key: String) throws {
        let body = Sample.day(#"{"nested":{"\#(key)":1,"other":2,"\#(key)":1},"id":"1"}"#)
        let error = try #require(Scanned.error(body))
        #expect(error.problem == .duplicateKey(key))
        #expect(error.offset == (try body.offset(of: #""other":2,""#, plus: 11)))
    }

    @Test func isAnErrorInEveryObjectOfABody() throws {
        for (old, key) in [
            (#""element_count":3"#, "element_count"), (#""id":"2099942""#, "id"),
            (#""close_approach_date":"2020-02-04""#, "close_approach_date"),
        ] {
            let error = try #require(Scanned.error(try Sample.week.changing(old, to: "\(old),\(old)")))
            #expect(error.problem == .duplicateKey(key))
        }
    }

    @Test(arguments: [
        (#""name":"a","n\u0061me":"b""#, "name"), (#""n\u0061me":"a","name":"b""#, "name"),
        (#""\u006e\u0061me":1,"nam\u0065":2"#, "name"),
        (#""xyz":1,"x\u0079z":2"#, "xyz"), (#""x\u0079z":1,"xyz":2"#, "xyz"), (#""\u00e9":1,"é":2"#, "é"),
        (#""a\/b":1,"a/b":2"#, "a/b"),
        (#""longer-than-seven-é":1,"longer-than-seven-\u00e9":2"#, "longer-than-seven-é"),
        (#""\"":1,"\u0022":2"#, "\""),
    ])
    func isSeenThroughEscapes(members: String, key: String) throws {
        #expect(Scanned.error(Sample.day("{\"nested\":{\(members)}}"))?.problem == .duplicateKey(key))
    }

    @Test func aDayTwiceIsAnError() throws {
        let body = Sample.feed([("2020-02-03", [Sample.object()]), ("2020-02-04", []), ("2020-02-03", [])])
        #expect(Scanned.error(body)?.problem == .duplicateKey("2020-02-03"))
        let escaped = #"{"near_earth_objects":{"2020-02-03":[],"2020-02-0\u0033":[]}}"#
        #expect(Scanned.error(escaped)?.problem == .duplicateKey("2020-02-03"))
    }

    @Test(arguments: [
        #""abcdefgh1":1,"abcdefgh2":2"#, #""abcdefg":1,"abcdefgh":2"#, #""name":1,"Name":2"#, #""é":1,"e\u0301":2"#,
        "\"\":1,\" \":2",
        #""\\u0061":1,"a":2"#, #""x":{"y":1},"y":{"x":1}"#, #""x":[{"y":1},{"y":1}],"z":{"y":1}"#,
    ])
    func keysThatOnlyLookAlikeAreNoDuplicates(_ members: String) throws {
        #expect(try Scanned.scan(Sample.day("{\"nested\":{\(members)}}")).objects.count == 1)
    }

    @Test func theSameKeyInTwoObjectsIsNone() throws {
        let many = (0..<300).map { "\"key\($0)\":{\"x\":\($0),\"y\":[]}" }.joined(separator: ",")
        #expect(try Scanned.scan(Sample.day("{\(many)}", "{\(many)}")).objects.count == 2)
        #expect(Scanned.error(Sample.day("{\(many),\"key7\":1}"))?.problem == .duplicateKey("key7"))
    }
}
