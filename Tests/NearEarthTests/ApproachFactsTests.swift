import NearEarth
import Testing

@Suite("What an approach is told by, and what it states")
struct ApproachFactsTests {
    private static let record =
        #"3000001,3000001,"(2020 AB), x",20.0,False,0.5943468684,0.2658,2020-Feb-03 04:05,10.0,14959787.0,Earth,2020-02-03,False"#

    private func facts(_ record: String = record, epoch: Int64? = 1_580_702_700_000, au: String? = "0.1000000000")
        -> ApproachFacts
    {
        ApproachFacts(record: record, epochMilliseconds: epoch, missDistanceAU: au)
    }

    private func facts(_ old: String, _ new: String) -> ApproachFacts { facts(Self.record.replacing(old, with: new)) }

    private func canonical(_ facts: ApproachFacts) -> String {
        var bytes: [UInt8] = []
        facts.appendCanonical(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Equality

    @Test(
        arguments: [
            (",20.0,", ",20.00,"), (",20.0,", ",2e1,"), (",0.2658,", ",.2658,"), (",0.5943468684,", ",0.594346868400,"),
            (",10.0,", ",10,"),
            ("14959787.0", "1.4959787E+7"),
        ])
    func aNumberWrittenOtherwiseIsTheSame(old: String, new: String) {
        #expect(facts(old, new) == facts())
        #expect(canonical(facts(old, new)) == canonical(facts()))
    }

    @Test(
        arguments: [
            (",20.0,", ",20.01,"), (",20.0,", ",,"), (",20.0,", ",-20.0,"), ("14959787.0", "14959787.0000000001"),
            ("False,0.5", "True,0.5"),
            (",Earth,", ",earth,"), ("(2020 AB)", "(2020 AC)"), ("04:05", "04:06"), (",False,0.5943468684", ",False,"),
            ("2020-02-03,False", "2020-02-03,"),
            ("3000001,3000001", "3000001,03000001"),
        ])
    func anotherValueIsAnotherOne(old: String, new: String) {
        #expect(facts(old, new) != facts())
        #expect(canonical(facts(old, new)) != canonical(facts()))
    }

    @Test func theInstantCountsToTheMillisecond() {
        #expect(facts(epoch: 1_580_702_700_001) != facts())
        #expect(facts(epoch: nil) != facts())
        #expect(facts(epoch: nil) != facts(epoch: 0))
    }

    @Test func theAUCountsWithAllItsDigits() {
        #expect(facts(au: "0.1") == facts())
        #expect(facts(au: "0.10000000000000000001") != facts())
        #expect(facts(au: nil) != facts())
        #expect(facts(au: nil) != facts(au: "0"))
    }

    @Test func whatLooksLikeANumberInATextIsNone() {
        #expect(facts("(2020 AB), x", "1.0") != facts("(2020 AB), x", "1.00"))
    }

    @Test func theCanonicalFormIsALine() {
        #expect(
            canonical(facts())
                == #"3000001,3000001,"(2020 AB), x",20,False,0.5943468684,0.2658,2020-Feb-03 04:05,10,14959787,Earth,2020-02-03,False,1580702700000,0.1"#
                + "\n")
    }

    @Test func whatIsMissingHasItsPlaceInTheCanonicalForm() {
        let bare = ApproachFacts(
            record: "1,1,n,,False,,,,10,5,Earth,2020-02-03,", epochMilliseconds: nil, missDistanceAU: nil)
        #expect(canonical(bare) == "1,1,n,,False,,,,10,5,Earth,2020-02-03,,,\n")
    }

    // MARK: Decimals

    @Test(
        arguments: [
            ("0", "0"), ("-0", "0"), ("-0.00", "0"), ("0e5", "0"), (".50", "0.5"), ("1.0E+2", "100"),
            ("00012.500", "12.5"), ("+7", "7"), ("-7.10", "-7.1"),
            ("1e-3", "0.001"), ("123e-2", "1.23"), ("1.5e3", "1500"), ("5.", "5"), ("1000", "1000"),
            ("0.1000000000000000000000000001", "0.1000000000000000000000000001"),
            ("12345678901234567890123", "12345678901234567890123"),
        ])
    func aDecimalHasOneForm(text: String, form: String) {
        #expect(DecimalDigits.canonical(text) == form)
    }

    @Test(arguments: ["", "-", ".", "e5", "1e", "1e5000", "NaN", "1.2.3", "1,5", "0x10", " 1", "1 "])
    func whatIsNoDecimalStaysAsItIs(_ text: String) {
        #expect(DecimalDigits.canonical(text) == text)
    }

    @Test(arguments: ["0", "-1.5", "0.00001", "123.456", "1000000"])
    func aCanonicalFormIsItsOwn(_ text: String) {
        #expect(DecimalDigits.canonical(text) == text)
    }

    // MARK: Keys

    private func key(_ id: String, _ body: String, _ day: Int) -> ApproachKey {
        ApproachKey(id: id, orbitingBody: body, date: CalendarDate(daysSinceEpoch: day))
    }

    @Test func aKeyIsObjectBodyAndDay() {
        #expect(key("1", "Earth", 0) == key("1", "Earth", 0))
        #expect(key("1", "Earth", 0) != key("2", "Earth", 0))
        #expect(key("1", "Earth", 0) != key("1", "Mars", 0))
        #expect(key("1", "Earth", 0) != key("1", "Earth", 1))
        #expect(key("1", "Earth", 0) != key("01", "Earth", 0))
    }

    @Test func keysSortByDayThenObjectThenBody() {
        let sorted = [
            key("9", "Venus", 0), key("1", "Earth", 1), key("10", "Earth", 1), key("10", "Mars", 1),
            key("2", "Earth", 1),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test func aKeyIsReadable() {
        #expect("\(key("3989676", "Earth", 18_296))" == "3989676 Earth 2020-02-04")
    }
}
