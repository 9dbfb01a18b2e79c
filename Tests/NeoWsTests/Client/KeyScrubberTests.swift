import NeoWs
import PerigeeTesting
import Testing

@Suite("KeyScrubber")
struct KeyScrubberTests {
    private let scrubber = KeyScrubber(key: APIKey("SECRETKEY123"))

    @Test(arguments: [
        (#"{"self":"http://x/feed?a=1&api_key=SECRETKEY123"}"#, #"{"self":"http://x/feed?a=1&api_key=REDACTED"}"#),
        (#"{"self":"http://x/feed?api_key=SECRETKEY123&a=1"}"#, #"{"self":"http://x/feed?api_key=REDACTED&a=1"}"#),
        (#""api_key\u003dSECRETKEY123\u0026a=1""#, #""api_key\u003dREDACTED\u0026a=1""#),
        (#""api_key\u003DSECRETKEY123""#, #""api_key\u003DREDACTED""#),
        ("api_key%3DSECRETKEY123&x", "api_key%3DREDACTED&x"), ("api_key%3dSECRETKEY123 x", "api_key%3dREDACTED x"),
        ("API_KEY=SECRETKEY123", "API_KEY=REDACTED"), ("Api_Key=SECRETKEY123", "Api_Key=REDACTED"),
        ("api_key=SECRETKEY123", "api_key=REDACTED"),
        ("api_key=SECRETKEY123#top", "api_key=REDACTED#top"),
        ("<a href='?api_key=SECRETKEY123'>", "<a href='?api_key=REDACTED'>"),
        ("api_key=a&api_key=b&api_key=", "api_key=REDACTED&api_key=REDACTED&api_key=REDACTED"),
        ("anywhere SECRETKEY123 at all, xSECRETKEY123y", "anywhere REDACTED at all, xREDACTEDy"),
        ("SECRETKEY123SECRETKEY123", "REDACTEDREDACTED"),
        ("someone else's: api_key=abc", "someone else's: api_key=REDACTED"), ("api_key=DEMO_KEY", "api_key=REDACTED"),
    ])
    func takesKeysOut(text: String, expected: String) {
        #expect(scrubber.scrub(text) == expected)
    }

    @Test(arguments: [
        "", "a", "api_ke", "api_key", "api_key:", #""api_key":"no parameter""#, "SECRETKEY12", "secretkey123",
        "=SECRET", "____", "apiXkey=1",
    ])
    func leavesTheRestAlone(_ text: String) {
        #expect(scrubber.scrub(text) == text)
    }

    @Test func changesNoOtherByte() {
        var random = SeededRandom(seed: 3)
        let noise = (0..<100_000).map { _ in UInt8(random.below(256)) }.filter {
            $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "S")
        }
        #expect(scrubber.scrub(noise) == noise)
        let key = Array("?api_key=SECRETKEY123\"".utf8)
        let clean = Array("?api_key=REDACTED\"".utf8)
        #expect(scrubber.scrub(noise + key + noise) == noise + clean + noise)
        #expect(
            scrubber.scrub(Array(Sample.week.utf8)) == Array(Sample.week.replacing("DEMO_KEY", with: "REDACTED").utf8))
    }

    @Test func aScrubbedBodyIsStillTheSameBody() throws {
        let before = try Scanned.scan(Sample.week)
        let after = try Scanned.scan(scrubber.scrub(Sample.week))
        #expect(before.summary == after.summary && before.objects.map(\.name) == after.objects.map(\.name))
    }

    @Test func scrubbingTwiceIsScrubbingOnce() {
        let once = scrubber.scrub(#""x?api_key=SECRETKEY123" SECRETKEY123"#)
        #expect(scrubber.scrub(once) == once)
    }

    @Test func aShortKeyIsPartOfOtherWords() {
        let short = KeyScrubber(key: APIKey("Toro"))
        #expect(short.scrub("1685 Toro api_key=Toro") == "1685 Toro api_key=REDACTED")
    }

    @Test func theDemoKeyIsNoSecretOutsideOfALink() {
        #expect(KeyScrubber(key: .demo).scrub("DEMO_KEY api_key=DEMO_KEY") == "DEMO_KEY api_key=REDACTED")
        #expect(KeyScrubber(key: nil).scrub("api_key=x y") == "api_key=REDACTED y")
    }

    @Test func aKeyWithOddCharactersIsKnownPercentEncodedToo() {
        let odd = KeyScrubber(key: APIKey("secret+key/1="))
        #expect(odd.scrub("a secret+key/1= b secret%2Bkey%2F1%3D c") == "a REDACTED b REDACTED c")
    }
}
