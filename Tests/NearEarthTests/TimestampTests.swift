import Foundation
import NearEarth
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(arguments: [
        "1970-01-01 00:00:00.000", "2020-02-03 04:05:06.789", "1969-12-31 23:59:59.999", "1900-01-01 00:00:00.001",
        "2199-12-31 12:34:56.007",
        "2026-11-22 18:00:00.120",
    ])
    func aTextReadsBackAsItself(_ text: String) throws {
        #expect(Timestamp.text(try #require(Timestamp.date(text))) == text)
    }

    @Test func manyInstantsSurviveTheRoundTrip() throws {
        var milliseconds: Int64 = -2_208_988_800_000
        while milliseconds < 4_102_444_800_000 {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            let back = try #require(Timestamp.date(Timestamp.text(date)))
            guard Int64((back.timeIntervalSince1970 * 1000).rounded()) == milliseconds else {
                Issue.record("\(milliseconds) came back as \(back.timeIntervalSince1970)")
                return
            }
            milliseconds += 86_399_999_977 / 997
        }
    }

    @Test func readsISO8601AndLeavesTheFractionOptional() {
        let expected = Date(timeIntervalSince1970: 1_580_702_706)
        #expect(Timestamp.date("2020-02-03T04:05:06Z") == expected)
        #expect(Timestamp.date("2020-02-03 04:05:06") == expected)
        #expect(Timestamp.date("2020-02-03T04:05:06.500Z") == expected.addingTimeInterval(0.5))
        #expect(Timestamp.iso8601(expected) == "2020-02-03T04:05:06.000Z")
    }

    @Test(arguments: ["", "2020-02-03", "2020-02-30 04:05:06", "2020-02-03x04:05:06", "2020-02-03 aa:05:06"])
    func anotherTextIsNoInstant(_ text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test func textsSortAsTheInstantsDo() {
        let texts = [-1e9, -1, 0, 0.001, 1, 1e9, 4e9].map { Timestamp.text(Date(timeIntervalSince1970: $0)) }
        #expect(texts == texts.sorted())
    }

    @Test func bytesAreLowerCaseHexadecimal() {
        #expect(Hexadecimal.text([0, 15, 16, 171, 255] as [UInt8]) == "000f10abff")
    }
}
