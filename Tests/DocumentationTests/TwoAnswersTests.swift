import Foundation
import GRDB
import PerigeeTesting
import Testing

/// What the README says of two answers that NASA gave for 2015-09-07 and 2015-09-08: one of 2018 or 2019, and one of
/// 2023-06-12. docs/data-dictionary.md says where they come from. Diameters and derived units are left out here.
struct TwoAnswersTests {
    @Test("The revised row in the README is what Perigee makes of two answers of NASA's")
    func readme() async throws {
        let workplace = try Workplace()
        try Self.write(Self.older, to: workplace.folder("older.json"), at: "2019-01-01T00:00:00Z")
        try Self.write(Self.newer, to: workplace.folder("newer.json"), at: "2023-06-12T15:43:49Z")
        let first = try await workplace.json("run", "--raw", "older.json")
        #expect(try first["rows.inserted"] == 22)
        let second = try await workplace.json("run", "--raw", "newer.json")
        #expect(try second["rows.inserted"] == 5)
        #expect(try second["rows.revised"] == 20)
        #expect(try second["rows.retired"] == 2)
        #expect(try second["rows.quarantined"] == 0)

        let readme = try Pages.text("README.md")
        let words = readme.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("NASA listed 22 approaches in an answer of 2018 or 2019."))
        #expect(words.contains("20 of them have another distance, 2 are gone, and 5 are new."))
        #expect(try workplace.count(Self.moved) == 20)
        let before = try Self.row(workplace, "nasa_neo_history", "AND change_kind = 'revised'")
        let now = try Self.row(workplace, "nasa_neo_data", "")
        #expect(readme.contains("| `nasa_neo_history`, `change_kind` is `revised` | \(before) |"))
        #expect(readme.contains("| `nasa_neo_data` | \(now) |"))

        // What is gone, and was the closest.
        let gone = try workplace.rows(
            "SELECT name FROM nasa_neo_history WHERE change_kind = 'retired' ORDER BY miss_distance_km")
        #expect(gone.map { $0[0] as String } == ["(2018 DM4)", "(2006 WO1)"])
        #expect(readme.contains("(2018 DM4). At 16,115 km"))
        #expect(try workplace.count("SELECT COUNT(*) FROM nasa_neo_data WHERE miss_distance_km < 2000000") == 0)
    }

    /// How many approaches have another distance than before.
    private static let moved = """
        SELECT COUNT(*) FROM nasa_neo_history h JOIN nasa_neo_data d USING (id, orbiting_body, observation_date)
        WHERE h.miss_distance_km <> d.miss_distance_km
        """

    /// The approach of (2015 FC35) in a table, as a row of the README: flag, H, distance with NASA's digits.
    private static func row(_ workplace: Workplace, _ table: String, _ condition: String) throws -> String {
        let found = try workplace.rows("SELECT source_record FROM \(table) WHERE id = '3713989' \(condition)")
        let record: String = try #require(found.first)[0]
        let fields = record.split(separator: ",", omittingEmptySubsequences: false)
        try #require(found.count == 1 && fields.count == 13)
        return "\(fields[4] == "True" ? 1 : 0) | \(fields[3]) | \(fields[9])"
    }

    // MARK: The answers

    /// Writes an answer as a file that was last changed when it was given.
    private static func write(_ rows: String, to path: String, at moment: String) throws {
        var days: [(day: String, objects: [String])] = [("2015-09-07", []), ("2015-09-08", [])]
        let lines = rows.split(separator: "\n")
        for line in lines {
            let values = line.split(separator: "|").map(String.init)
            try #require(values.count == 9)
            let isFirst = values[4].prefix(11).hasSuffix("07")
            days[isFirst ? 0 : 1].objects.append(object(values, day: isFirst ? days[0].day : days[1].day))
        }
        let listed = days.map { "\"\($0.day)\":[\($0.objects.joined(separator: ","))]" }.joined(separator: ",")
        let body = "{\"element_count\":\(lines.count),\"near_earth_objects\":{\(listed)}}"
        try body.write(toFile: path, atomically: true, encoding: .utf8)
        let date = try Date(moment, strategy: .iso8601)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    /// An object of the feed. The answer of 2018 or 2019 has no full date.
    private static func object(_ values: [String], day: String) -> String {
        let full = values[4] == day ? "" : "\"close_approach_date_full\":\"\(values[4])\","
        return """
            {"id":"\(values[0])","neo_reference_id":"\(values[0])","name":"\(values[1])",
            "absolute_magnitude_h":\(values[2]),"is_potentially_hazardous_asteroid":\(values[3] == "t"),
            "is_sentry_object":false,"close_approach_data":[{"close_approach_date":"\(day)",\(full)
            "epoch_date_close_approach":\(values[5]),"relative_velocity":{"kilometers_per_second":"\(values[6])"},
            "miss_distance":{"astronomical":"\(values[7])","kilometers":"\(values[8])"},"orbiting_body":"Earth"}]}
            """
    }

    // SPK-ID, name, H, hazard flag, day or full date, epoch, km/s, au, km.

    private static let older = """
        2440012|440012 (2002 LE27)|19.3|f|2015-09-07|1441609200000|1.1630787733|0.4981692661|74525064
        3713989|(2015 FC35)|21.9|t|2015-09-07|1441609200000|8.7635589203|0.32137584|48077144
        3726788|(2015 RG2)|26.7|f|2015-09-07|1441609200000|8.0881162618|0.0163805825|2450500.25
        3727036|(2015 RL35)|26.3|f|2015-09-07|1441609200000|3.5171675095|0.0692512488|10359839
        3727179|(2015 RH36)|23.6|f|2015-09-07|1441609200000|7.2717413945|0.1093378172|16356704
        3727662|(2015 RX83)|22.9|f|2015-09-07|1441609200000|2.6950620297|0.2895756794|43319904
        3727663|(2015 RY83)|24.2|f|2015-09-07|1441609200000|6.9807843196|0.0764955043|11443565
        3759353|(2016 RU33)|27.5|f|2015-09-07|1441609200000|13.2123670367|0.2269940616|33957828
        3759690|(2016 RN41)|31.028|f|2015-09-07|1441609200000|13.4808615405|0.1205142504|18028676
        3827337|(2018 RZ2)|22.2|f|2015-09-07|1441609200000|18.5425716633|0.4205946167|62920056
        2465633|465633 (2009 JR5)|20.3|t|2015-09-08|1441695600000|18.1279545959|0.3027479633|45290452
        3359445|(2006 WO1)|19.2|f|2015-09-08|1441695600000|3.809928817|0.346012174|51762684
        3426410|(2008 QV11)|21|f|2015-09-08|1441695600000|19.7498011992|0.2591242983|38764444
        3553060|(2010 XT10)|26.5|f|2015-09-08|1441695600000|19.1539799762|0.4917758242|73568616
        3726710|(2015 RC)|24.3|f|2015-09-08|1441695600000|19.4850295284|0.0269230459|4027630.25
        3727181|(2015 RO36)|22.9|f|2015-09-08|1441695600000|15.8059552342|0.0540412844|8084461
        3727639|(2015 RN83)|21.7|f|2015-09-08|1441695600000|12.0812027852|0.1684206501|25195372
        3730577|(2015 TX237)|23.3|f|2015-09-08|1441695600000|6.574609389|0.0795459797|11899910
        3731587|(2015 UG)|22.7|f|2015-09-08|1441695600000|11.9560254267|0.1132371269|16940034
        3747356|(2016 EK158)|20.5|f|2015-09-08|1441695600000|16.9598286663|0.2804924519|41961076
        3758838|(2016 RT)|24.4|f|2015-09-08|1441695600000|19.0983018326|0.170371936|25487278
        3799865|(2018 DM4)|34.282|f|2015-09-08|1441695600000|6.749041542|0.0001077223|16115.0263671875
        """

    private static let newer = """
        2440012|440012 (2002 LE27)|19.61|f|2015-Sep-07 07:32|1441611120000|1.1630843052|0.4981690972|74525035.840942964
        3713989|(2015 FC35)|22.11|f|2015-Sep-07 20:01|1441656060000|8.7635328327|0.3213750467|48077022.457470529
        3726788|(2015 RG2)|26.7|f|2015-Sep-07 17:58|1441648680000|8.0871658927|0.0163786734|2450214.654065658
        3727036|(2015 RL35)|26.3|f|2015-Sep-07 03:58|1441598280000|3.5169616174|0.0692469329|10359193.665872923
        3727179|(2015 RH36)|23.6|f|2015-Sep-07 11:50|1441626600000|7.2717612888|0.1093379598|16356725.896225626
        3727662|(2015 RX83)|22.9|f|2015-Sep-07 21:51|1441662660000|2.694557063|0.2895816212|43320793.722666844
        3727663|(2015 RY83)|24.2|f|2015-Sep-07 16:55|1441644900000|6.9802494143|0.0764899182|11442728.839194234
        3759353|(2016 RU33)|27.5|f|2015-Sep-07 16:34|1441643640000|13.2144918467|0.2270491427|33966068.133246049
        3759690|(2016 RN41)|31.02|f|2015-Sep-07 19:16|1441653360000|13.4815494029|0.1205320685|18031340.714294095
        3827337|(2018 RZ2)|22.2|f|2015-Sep-07 05:30|1441603800000|18.513293253|0.4191352221|62701736.468136927
        3843641|(2019 QK4)|20.8|f|2015-Sep-07 10:04|1441620240000|38.349717322|0.3387069263|50669834.728726981
        3986741|(2020 BY)|24.5|f|2015-Sep-07 05:39|1441604340000|27.1899249786|0.4067666372|60851422.512182764
        54088823|(2020 WZ)|26.9|f|2015-Sep-07 19:56|1441655760000|20.0777354148|0.462203352|69144636.96606024
        2465633|465633 (2009 JR5)|20.48|t|2015-Sep-08 20:28|1441744080000|18.127936605|0.3027469593|45290300.260256691
        3426410|(2008 QV11)|21.34|f|2015-Sep-08 14:31|1441722660000|19.7498128142|0.2591250701|38764558.550560687
        3553060|(2010 XT10)|26.5|f|2015-Sep-08 12:07|1441714020000|19.1530348886|0.4917435147|73563782.385433689
        3726710|(2015 RC)|24.3|f|2015-Sep-08 09:45|1441705500000|19.486643553|0.0269252677|4027962.697099799
        3727181|(2015 RO36)|22.9|f|2015-Sep-08 14:36|1441722960000|15.8053596703|0.0540392535|8084157.219990045
        3727639|(2015 RN83)|21.7|f|2015-Sep-08 15:42|1441726920000|12.0811420305|0.1684193589|25195177.358205543
        3730577|(2015 TX237)|23.3|f|2015-Sep-08 14:19|1441721940000|6.573400491|0.0795238758|11896602.433824546
        3731587|(2015 UG)|22.81|f|2015-Sep-08 18:50|1441738200000|11.9557600601|0.1132399881|16940461.018585347
        3747356|(2016 EK158)|20.49|f|2015-Sep-08 10:26|1441707960000|16.9572895141|0.2804752346|41958497.683910302
        3758838|(2016 RT)|24.4|f|2015-Sep-08 01:02|1441674120000|19.0983945697|0.170705627|25537198.19621449
        54191333|(2021 QP3)|22.7|f|2015-Sep-08 00:22|1441671720000|9.3106795473|0.3949696486|59086618.145208482
        54218591|(2021 VC9)|27.06|f|2015-Sep-08 16:40|1441730400000|5.2026208953|0.4431941124|66300895.211580588
        """
}
