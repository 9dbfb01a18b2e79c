import Foundation
import NearEarth
import NeoWs
import PerigeeTesting
import Testing
import Transform

@Suite("Embedded engine: recorded bodies, digit for digit", .enabled(if: Shared.isAvailable, "\(Shared.notice)"))
struct GoldenTests {
    static let captures = [("feed_2023-11-29_2023-12-06.json", 129), ("feed_2015-09-07_2015-09-10_detailed.json", 37)]

    /// The lines that a body has to become, read by another reader than ours.
    static func expected(_ bytes: [UInt8]) throws -> [[String]] {
        let body = try StrictJSON.read(bytes).value
        return (body["near_earth_objects"]?.members ?? []).flatMap { day in
            day.value.elements.flatMap { object in
                (object["close_approach_data"]?.elements ?? []).map { approach in
                    let kilometers = object["estimated_diameter"]?["kilometers"]
                    return [
                        object["id"]?.text ?? object["neo_reference_id"]?.text, object["neo_reference_id"]?.text, object["name"]?.text,
                        object["absolute_magnitude_h"]?.text, object["is_potentially_hazardous_asteroid"]?.text,
                        kilometers?["estimated_diameter_max"]?.text, kilometers?["estimated_diameter_min"]?.text,
                        approach["close_approach_date_full"]?.text, approach["relative_velocity"]?["kilometers_per_second"]?.text,
                        approach["miss_distance"]?["kilometers"]?.text, approach["orbiting_body"]?.text, approach["close_approach_date"]?.text,
                        object["is_sentry_object"]?.text,
                    ].map { $0 ?? "" }
                }
            }
        }
    }

    @Test(arguments: captures)
    func everyFieldOfTheCSVIsTheBodysText(name: String, count: Int) throws {
        let bytes = Array(try Shared.capture(name))
        let result = try EmbeddedEngine.transform(BodyBuffer(bytes))
        let expected = try Self.expected(bytes)
        let lines = try #require(CSVReader.lines(ProcessedCSV.header + result.csv))
        #expect(expected.count == count && lines.count == count + 1)
        #expect(
            lines.first == [
                "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max",
                "estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "date", "is_sentry_object",
            ])
        for (line, fields) in zip(lines.dropFirst(), expected) { #expect(line == fields) }
        #expect(result.rejected.isEmpty && result.records == count)
    }

    @Test(arguments: captures)
    func everyRowCarriesTheSameTextsAndItsRecord(name: String, count: Int) throws {
        let bytes = Array(try Shared.capture(name))
        let result = try EmbeddedEngine.transform(BodyBuffer(bytes))
        #expect(result.approaches.count == count)
        for (row, fields) in zip(result.approaches, try Self.expected(bytes)) {
            let texts = [
                row.id, row.neoReferenceID, row.name, row.absoluteMagnitude ?? "", row.isPotentiallyHazardous ? "True" : "False",
                row.diameterMaxKilometers ?? "",
                row.diameterMinKilometers ?? "", row.approachDateFull ?? "", row.velocityKilometersPerSecond, row.missDistanceKilometers, row.orbitingBody,
                "\(row.observationDate)", row.isSentryObject.map { $0 ? "True" : "False" } ?? "",
            ]
            #expect(texts == fields)
            #expect(CSVRecord.fields(row.record) == fields)
        }
    }

    @Test(arguments: captures)
    func csvAloneIsTheSameCSV(name: String, count: Int) throws {
        let buffer = BodyBuffer(Array(try Shared.capture(name)))
        let alone = try EmbeddedEngine.transform(buffer, output: .csv)
        let both = try EmbeddedEngine.transform(buffer, output: .rows)
        #expect(alone.csv == both.csv && alone.approaches.isEmpty && alone.orbits.isEmpty && alone.summary == both.summary)
    }

    @Test func theDetailedBodyBringsItsOrbits() throws {
        let result = try EmbeddedEngine.transform(BodyBuffer(Array(try Shared.capture("feed_2015-09-07_2015-09-10_detailed.json"))))
        #expect(result.orbits.count == 37)
        let first = try #require(result.orbits.first)
        #expect(first.id == "3754387" && first.name == "(2016 NZ)")
        #expect(first.elements["minimum_orbit_intersection"] == ".171871" && first.elements["first_observation_date"] == nil)
    }
}
