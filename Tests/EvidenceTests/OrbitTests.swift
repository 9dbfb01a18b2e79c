import GRDB
import PerigeeTesting
import Testing

/// Orbits keep rules as well, and every digit.
@Suite(.serialized)
struct OrbitTests {
    private static let sky = (0..<3).map { Sky.Approach(id: "3000001", day: "202\($0)-02-03") }
    private static let good = ["orbit_id": "7", "eccentricity": ".4", "semi_major_axis": "1.5", "inclination": "5.0"]

    /// What no orbit can have.
    static let impossibleValues: [(String, String)] = [
        ("eccentricity", "-0.4"), ("eccentricity", "1e400"), ("semi_major_axis", "NaN"), ("inclination", "steep"),
        ("inclination", "181"),
        ("mean_motion", String(repeating: "9", count: 60)), ("orbit_id", #"J\u0000"#),
        ("equinox", String(repeating: "J", count: 300)),
    ]

    @Test(
        "An impossible value keeps the orbit out, and nothing else", arguments: StoreKind.all, impossibleValues.indices)
    func impossible(store: StoreKind, index: Int) async throws {
        let (member, value) = Self.impossibleValues[index]
        try await Sky.serve(Self.sky, store: store) { sky, place in
            sky.revise { $0.orbits = ["3000001": Self.good.merging([member: value]) { $1 }] }
            let run = try await place.json("lookup", "3000001")
            #expect(try run["rows.inserted"] == 3)
            #expect(try run["rows.quarantined"] == 1)
            #expect(try await place.json("status", "--hash")["summary.orbits"] == 0)
            let entry = try #require(try await place.json("quarantine", "list").list("entries").first)
            #expect(try entry["path"] == "$.orbital_data.\(member)")
        }
    }

    @Test("Such an orbit leaves the one that is published")
    func keepsPublished() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.orbits = ["3000001": Self.good] }
            _ = try await place.json("lookup", "3000001")
            sky.revise { $0.orbits = ["3000001": Self.good.merging(["eccentricity": "-0.4"]) { $1 }] }
            _ = try await place.json("lookup", "3000001")
            #expect(try place.rows("SELECT eccentricity FROM nasa_neo_orbits").map { $0[0] as Double } == [0.4])
        }
    }

    /// Twenty-two digits; a binary float has sixteen.
    private static let long = "1.234567890123456789012"

    @Test("A long number keeps its digits")
    func digits() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.orbits = ["3000001": Self.good.merging(["semi_major_axis": Self.long]) { $1 }] }
            _ = try await place.json("lookup", "3000001")
            let fields = try place.rows("SELECT * FROM nasa_neo_orbits").flatMap(\.databaseValues).compactMap {
                String.fromDatabaseValue($0)
            }
            #expect(fields.contains { $0.contains(Self.long) }, "\(fields)")
        }
    }

    @Test("A revision in the last digit of an orbit is a version; other zeros are none")
    func lastDigit() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            for value in [Self.long, Self.long + "00", Self.long + "1"] {
                sky.revise { $0.orbits = ["3000001": Self.good.merging(["semi_major_axis": value]) { $1 }] }
                _ = try await place.json("lookup", "3000001")
            }
            let earlier = try place.rows("SELECT source_record FROM nasa_neo_orbits_history").map { $0[0] as String }
            #expect(earlier.count == 1)
        }
    }
}
