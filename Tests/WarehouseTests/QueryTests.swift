import NearEarth
import Testing
import Warehouse

@Suite("Store: looking at what was published")
struct QueryTests {
    static let rows = [
        Given.row(
            "1", "2020-02-03", km: "500000.25", hazardous: true, sentry: true, h: "18.5", kps: "5.5", name: "Zed"),
        Given.row("2", "2020-02-03", km: "100000.0", sentry: nil, h: nil, kps: "30", name: "Alpha, \"quoted\""),
        Given.row("3", "2020-02-05", km: "74000000", h: "25.125", kps: "9.75", name: "Mid"),
        Given.row(
            "4", "2020-02-10", km: "384570.3598", body: "Moon", hazardous: true, h: "9.0", kps: ".5", name: "Beta"),
    ]

    private func scene(_ kind: StoreKind) async throws -> Scene {
        let scene = try await Scene(kind)
        try await scene.publish(Self.rows, of: Given.week, body: "a")
        return scene
    }

    // PostgreSQL has a BOOLEAN of its own, which is not a number: the design promises these two for the others.
    @Test(arguments: StoreKind.all.filter { $0.testDescription != "postgres" })
    func usersQueriesRunAsTheyStand(_ kind: StoreKind) async throws {
        let scene = try await scene(kind)
        let counted = try await scene.query(
            """
            SELECT COUNT(*), COUNT(DISTINCT observation_date), SUM(CASE WHEN is_potentially_hazardous_asteroid = 1 THEN 1 ELSE 0 END)
            FROM nasa_neo_data
            """)
        #expect(counted == [["4", "3", "2"]])
        try await scene.publish([Given.row("9", "2020-03-01")], of: Given.feed("2020-03-01", "2020-03-01"), body: "b")
        let newest = try await scene.query("SELECT * FROM nasa_neo_data ORDER BY created_at DESC LIMIT 10")
        #expect(newest.count == 5 && newest.first?.first == "9")
    }

    @Test(arguments: StoreKind.all)
    func theTableHasTheColumnsThatUsersKnow(_ kind: StoreKind) async throws {
        let scene = try await scene(kind)
        let found = try await scene.query(
            """
            SELECT id, neo_reference_id, name, absolute_magnitude_h, is_potentially_hazardous_asteroid, estimated_diameter_km_max,
            estimated_diameter_km_min, close_approach_date_full, velocity_kps, miss_distance_km, orbiting_body, observation_date, is_sentry_object,
            created_at, batch_date FROM nasa_neo_data WHERE id = '2'
            """)
        let row = try #require(found.first)
        #expect(
            row[0] == "2" && row[2] == "Alpha, \"quoted\"" && row[3] == nil && ["0", "f"].contains(row[4])
                && row[5] == nil && row[12] == nil)
        #expect(
            row[7] == "2020-02-03 full" && row[9].flatMap { Double($0) } == 100_000 && row[10] == "Earth"
                && row[11] == "2020-02-03" && row[14] == "2020-02-10")
    }

    @Test(arguments: StoreKind.all)
    func everyDigitComesBack(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let row = Given.row("1", "2020-02-03", km: "14959787.123456789012345", h: "20.10", kps: "10.00000000001")
        try await scene.publish([row], of: Given.week, body: "a")
        #expect(try await scene.store.approaches(ApproachQuery()).first?.approach == row)
    }

    @Test(arguments: StoreKind.all)
    func numbersStandInTheirColumns(_ kind: StoreKind) async throws {
        let digits = [
            "0", "0.0", "0.05", ".5", "1", "9", "10", "9999", "10000", "10000.0001", "99999999.123456",
            "123456789012.5", "1e5", "1.5E-2", "2.50e+3", "0.000001", "1200000", "1000000000000", "0.123456", "1e0",
            "0e-400", "0e99999",
        ]
        let scene = try await Scene(kind)
        let rows = digits.enumerated().map { index, number in
            Given.row(
                "\(100 + index)", "2020-02-03", km: number,
                h: (Double(number) ?? 0) < 10_000 ? "-\(number)" : nil)
        }
        try await scene.publish(rows, of: Given.week, body: "a")
        let found = try await scene.query(
            "SELECT miss_distance_km, absolute_magnitude_h FROM nasa_neo_data ORDER BY id")
        #expect(found.map { $0[0].flatMap(Double.init) } == rows.map { Double($0.missDistanceKilometers) })
        #expect(found.map { $0[1].flatMap(Double.init) } == rows.map { $0.absoluteMagnitude.flatMap(Double.init) })
    }

    @Test(arguments: StoreKind.all)
    func filtersNarrow(_ kind: StoreKind) async throws {
        let scene = try await scene(kind)
        func ids(_ change: (inout ApproachQuery) -> Void) async throws -> [String] {
            var query = ApproachQuery()
            change(&query)
            return try await scene.store.approaches(query).map(\.approach.id)
        }
        #expect(try await ids { _ in } == ["1", "2", "3", "4"])
        #expect(try await ids { $0.from = Given.day("2020-02-05") } == ["3", "4"])
        #expect(try await ids { $0.to = Given.day("2020-02-05") } == ["1", "2", "3"])
        #expect(try await ids { ($0.from, $0.to) = (Given.day("2020-02-04"), Given.day("2020-02-09")) } == ["3"])
        #expect(try await ids { $0.hazardousOnly = true } == ["1", "4"])
        #expect(try await ids { $0.sentryOnly = true } == ["1"])
        #expect(try await ids { $0.withinLunarDistances = 1 } == ["2", "4"])
        #expect(try await ids { $0.withinLunarDistances = 1.31 } == ["1", "2", "4"])
        #expect(try await ids { $0.id = "3" } == ["3"])
        #expect(try await ids { $0.orbitingBody = "Moon" } == ["4"])
        #expect(try await ids { $0.orbitingBody = "x' OR 'a'='a" } == [])
        #expect(try await ids { ($0.hazardousOnly, $0.limit) = (true, 1) } == ["1"])
        #expect(try await ids { $0.limit = 3 } == ["1", "2", "3"])
    }

    @Test(
        arguments: StoreKind.all,
        [
            (ApproachQuery.Order.date, ["1", "2", "3", "4"]), (.distance, ["2", "4", "1", "3"]),
            (.velocity, ["2", "3", "1", "4"]),
            (.magnitude, ["4", "1", "3", "2"]), (.name, ["2", "4", "3", "1"]),
        ])
    func ordersSort(_ kind: StoreKind, order: (ApproachQuery.Order, [String])) async throws {
        var query = ApproachQuery()
        query.order = order.0
        let scene = try await scene(kind)
        #expect(try await scene.store.approaches(query).map(\.approach.id) == order.1)
    }

    @Test(arguments: StoreKind.all)
    func whatHasNoSizeComesLast(_ kind: StoreKind) async throws {
        var query = ApproachQuery()
        query.order = .size
        let scene = try await scene(kind)
        #expect(try await scene.store.approaches(query).last?.approach.id == "2")
    }
}
