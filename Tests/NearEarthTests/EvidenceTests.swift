import Foundation
import NearEarth
import Testing

@Suite("Stamps, judgments, orbits and texts")
struct EvidenceTests {
    private func stamp(_ service: Int64?, _ received: Int64, _ sha256: String = "a") -> Stamp {
        Stamp(service: service, received: received, sha256: sha256)
    }

    // MARK: Stamps

    @Test func theServicesClockComesFirst() {
        #expect(stamp(1, 900, "z") < stamp(2, 100, "a"))
    }

    @Test func thenOurs() {
        #expect(stamp(1, 100, "z") < stamp(1, 101, "a"))
    }

    @Test func thenTheDigest() {
        #expect(stamp(1, 100, "a") < stamp(1, 100, "b"))
        #expect(!(stamp(1, 100, "a") < stamp(1, 100, "a")))
    }

    @Test func whereTheServiceSaidNothingOurClockStandsIn() {
        #expect(stamp(nil, 100).service == 100)
        #expect(stamp(99, 1000) < stamp(nil, 100))
        #expect(stamp(nil, 100) < stamp(101, 0))
    }

    // MARK: Judgments

    private static let verdict = Verdict(
        rules: 2, isAccepted: false, findings: ["x"], isAcceptable: true, recordedAt: Date(timeIntervalSince1970: 0))
    private static let acceptance = Acceptance(recordedAt: Date(timeIntervalSince1970: 1), host: "h")

    @Test func anAcceptanceCountsForWhatIsAcceptable() {
        #expect(!Judgment(Self.verdict).isAccepted)
        #expect(Judgment(Self.verdict, acceptance: Self.acceptance).isAccepted)
    }

    @Test func itDoesNotCountForAnythingElse() {
        var verdict = Self.verdict
        verdict.isAcceptable = false
        #expect(!Judgment(verdict, acceptance: Self.acceptance).isAccepted)
    }

    @Test func whatTheRulesAcceptNeedsNone() {
        var verdict = Self.verdict
        verdict.isAccepted = true
        #expect(Judgment(verdict).isAccepted)
    }

    // MARK: Orbits

    private let orbit = ObjectOrbit(
        id: "1", name: "a, b", designation: "2020 AB",
        elements: ["eccentricity": ".1998", "orbit_id": "07", "equinox": "J2000", "observations_used": "12"])

    @Test func anOrbitIsItsLine() {
        #expect(ObjectOrbit(record: orbit.record) == orbit)
    }

    @Test func anElementWrittenOtherwiseIsTheSame() {
        var other = orbit
        other.elements["eccentricity"] = "0.19980"
        #expect(orbit.states(theSameAs: other))
    }

    @Test(
        arguments: [
            ("eccentricity", ".1999"), ("orbit_id", "7"), ("observations_used", "12.0"), ("inclination", "0"),
            ("equinox", nil),
        ] as [(String, String?)])
    func anotherElementIsAnotherOrbit(name: String, value: String?) {
        var other = orbit
        other.elements[name] = value
        #expect(!orbit.states(theSameAs: other))
    }

    // MARK: Texts

    @Test(
        arguments: [
            ("plain é 漢 🚀", "plain é 漢 🚀"), ("a\u{0}b", #"a\u0000b"#), ("\u{1b}[31m", #"\u001b[31m"#),
            ("\u{7f}", #"\u007f"#), ("\u{9b}x", #"\u009bx"#),
            ("two\r\nlines", #"two\u000d\u000alines"#), ("\u{a0}", "\u{a0}"), ("", ""),
        ])
    func controlCharactersAreEscaped(text: String, plain: String) {
        #expect(PlainText.escaped(text) == plain)
    }

    @Test func everyControlCharacterIsOne() {
        let found = (0...0x2FF).compactMap { Unicode.Scalar($0) }.filter(PlainText.isControl).map(\.value)
        #expect(found == Array(0...0x1F) + Array(0x7F...0x9F))
    }
}
