import NearEarth
import NeoWs
import PerigeeTesting
import Testing
import Transform

/// Transforms a text.
func transform(_ body: String, output: EmbeddedEngine.Output = .rows) throws(ScanError) -> EmbeddedEngine.Result {
    let buffer = BodyBuffer(Array(body.utf8))
    return try EmbeddedEngine.transform(buffer, output: output)
}

@Suite("Embedded engine: what becomes of a record")
struct RowTests {
    private func line(_ object: String) throws -> [String] {
        let result = try transform(Sample.day(object))
        #expect(result.statement.rejected.isEmpty, "\(result.statement.rejected)")
        let lines = try #require(CSVReader.lines(result.csv))
        #expect(lines.count == 1 && result.approaches.count == 1)
        return try #require(lines.first)
    }

    @Test func aWholeRecordBecomesALine() throws {
        #expect(
            try line(Sample.object(hazardous: true)) == [
                "3000001", "3000001", "(2020 AB)", "20.0", "True", "0.5943468684", "0.2658", "2020-Feb-03 04:05",
                "10.0000000000", "14959787.000000000",
                "Earth", "2020-02-03", "False",
            ])
    }

    @Test func whatIsMissingIsEmptyAndNeverZero() throws {
        let object = try Sample.object().changing(":20.0,", to: ":null,")
            .changing(#""kilometers":{"estimated_diameter_min":0.2658,"estimated_diameter_max":0.5943468684},"#, to: "")
            .changing(#""close_approach_date_full":"2020-Feb-03 04:05","#, to: "").changing(
                #","is_sentry_object":false"#, to: "")
        let fields = try line(object)
        #expect(fields[3] == "" && fields[5] == "" && fields[6] == "" && fields[7] == "" && fields[12] == "")
        let row = try #require(try transform(Sample.day(object)).approaches.first)
        #expect(row.absoluteMagnitude == nil && row.diameterMaxKilometers == nil && row.diameterMinKilometers == nil)
        #expect(row.approachDateFull == nil && row.isSentryObject == nil)
    }

    @Test func anEmptyDiameterIsNoDiameter() throws {
        let object = try Sample.object().changing(
            #"{"kilometers":{"estimated_diameter_min":0.2658,"estimated_diameter_max":0.5943468684},"meters":{"estimated_diameter_min":265.8,"estimated_diameter_max":594.3468684}}"#,
            to: "{}")
        let fields = try line(object)
        #expect(fields[3] == "20.0" && fields[5] == "" && fields[6] == "")
    }

    @Test(arguments: [(#""id":"3000001","#, ""), (#""id":"3000001""#, #""id":null"#)])
    func aBodyWithoutIDGoesByTheReference(old: String, new: String) throws {
        let fields = try line(try Sample.object().changing("," + old, to: new.isEmpty ? "," : "," + new))
        #expect(fields[0] == "3000001" && fields[1] == "3000001")
    }

    @Test func aBodyWithoutReferenceGoesByTheID() throws {
        let row = try #require(
            try transform(Sample.day(try Sample.object().changing(#""neo_reference_id":"3000001","#, to: "")))
                .approaches.first)
        #expect(row.id == "3000001" && row.neoReferenceID == "3000001")
    }

    @Test(arguments: [
        ("Plain", "Plain"), ("with, comma", "with, comma"), (#"say \"hi\""#, #"say "hi""#),
        ("é 漢 🚀", "é 漢 🚀"), (#"\u00e9\ud83d\ude80"#, "é🚀"), (#"\""#, "\""), (#"',;|"#, "',;|"), (",", ","),
        (#"\\"#, "\\"),
    ])
    func namesSurviveTheCSV(raw: String, name: String) throws {
        let fields = try line(Sample.object(name: raw))
        #expect(fields.count == 13 && Array(fields[2].utf8) == Array(name.utf8))
        let row = try #require(try transform(Sample.day(Sample.object(name: raw))).approaches.first)
        #expect(row.name == name && CSVRecord.fields(row.record)[2] == name)
    }

    @Test func theSameTextEscapedOrNotIsTheSameRecord() throws {
        let plain = try #require(try transform(Sample.day(Sample.object())).approaches.first)
        let escaped = Sample.object().replacing("(2020 AB)", with: #"\u00282020 AB)"#).replacing(
            #""Earth""#, with: #""E\u0061rth""#
        )
        .replacing(#":"3000001""#, with: #":"\u0033000001""#).replacing(
            "14959787.000000000", with: #"1\u0034959787.000000000"#
        )
        .replacing(#":"2020-02-03""#, with: #":"2020\u002d02-03""#).replacing(
            "2020-Feb-03 04:05", with: #"2020-\u0046eb-03 04:05"#)
        let result = try transform(Sample.day(escaped))
        #expect(result.statement.rejected.isEmpty, "\(result.statement.rejected)")
        #expect(result.approaches.first == plain)
    }

    @Test func allApproachesOfAnObjectBecomeRows() throws {
        let body = try Sample.object().changing(
            Sample.approach(),
            to: [
                Sample.approach(
                    date: "1901-01-12", epoch: -2_176_500_000_000, full: "1901-Jan-12 12:00", body: "Venus"),
                Sample.approach(),
                Sample.approach(date: "2195-12-31", epoch: 7_131_887_940_000, full: "2195-Dec-31 23:59", body: "Juptr"),
            ].joined(separator: ","))
        let result = try transform(body)
        #expect(result.statement.rejected.isEmpty, "\(result.statement.rejected)")
        #expect(result.approaches.map(\.orbitingBody) == ["Venus", "Earth", "Juptr"])
        #expect(result.approaches.map(\.observationDate.description) == ["1901-01-12", "2020-02-03", "2195-12-31"])
        #expect(
            result.approaches.map(\.epochMilliseconds) == [-2_176_500_000_000, 1_580_702_700_000, 7_131_887_940_000])
        #expect(result.statement.records == 3)
    }

    @Test func anObjectWithoutApproachesIsNoRow() throws {
        let result = try transform(try Sample.object().changing(Sample.approach(), to: ""))
        #expect(result.approaches.isEmpty)
        #expect(result.statement.rejected.isEmpty)
        #expect(result.statement.records == 0)
        #expect(result.csv.isEmpty)
        #expect(result.summary.objects == 1)
    }

    @Test(arguments: [".149124", "-0", "1.50", "0.10000", "1"])
    func digitsStayAsTheyWereSent(_ digits: String) throws {
        let object = try Sample.object().changing(#""astronomical":"0.1000000000","lunar":"38.9000000000","#, to: "")
            .changing("14959787.000000000", to: digits)
        #expect(try line(object)[9] == digits)
    }
}
