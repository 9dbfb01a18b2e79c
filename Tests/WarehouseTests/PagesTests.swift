import Foundation
import NearEarth
import PerigeeTesting
import Testing
import Warehouse

@Suite("Store: lists in pages")
struct PagesTests {
    private static let names = ["(2020 AB)", "Apophis, \"the\" great", "x\\y", "\u{1}\t", "é 433 Eros", "(1)"]

    /// Rows of a few days with everything that makes an order hard: equal values, missing ones, names to be quoted.
    private static func rows(_ random: inout SeededRandom, _ window: DateWindow) -> [CloseApproach] {
        var rows: [ApproachKey: CloseApproach] = [:]
        for _ in 0..<random.below(30) {
            let day = window.days[random.below(window.days.count)]
            let number = random.below(40)
            let row = Given.row(
                "\(1 + number)", "\(day)", km: "\(1 + random.below(4))00000.\(random.below(3))",
                hazardous: random.below(3) == 0, sentry: [true, false, nil][random.below(3)],
                h: random.below(4) == 0 ? nil : "2\(random.below(3)).5", kps: "1\(random.below(3)).25",
                name: names[number % names.count])
            rows[ApproachKey(id: row.id, orbitingBody: row.orbitingBody, date: day)] = row
        }
        return Array(rows.values)
    }

    /// A query with some of what one can ask for.
    private static func query(_ random: inout SeededRandom, _ order: ApproachQuery.Order) -> ApproachQuery {
        var query = ApproachQuery()
        query.order = order
        if random.below(2) == 0 { query.from = Given.day("2020-02-0\(1 + random.below(9))") }
        if random.below(2) == 0 { query.to = Given.day("2020-02-1\(random.below(9))") }
        query.hazardousOnly = random.below(4) == 0
        query.sentryOnly = random.below(6) == 0
        if random.below(3) == 0 { query.withinLunarDistances = 0.3 + Double(random.below(10)) / 10 }
        if random.below(5) == 0 { query.id = "\(1 + random.below(40))" }
        if random.below(5) == 0 { query.orbitingBody = "Earth" }
        return query
    }

    private struct Listed: Decodable, Equatable {
        var id: String
        var observationDate: String
        var missDistanceKm: Double
        var name: String
        var absoluteMagnitudeH: Double?
        var isSentryObject: Bool?

        init(_ approach: CloseApproach) {
            id = approach.id
            observationDate = "\(approach.observationDate)"
            missDistanceKm = Double(approach.missDistanceKilometers) ?? 0
            name = approach.name
            absoluteMagnitudeH = approach.absoluteMagnitude.flatMap(Double.init)
            isSentryObject = approach.isSentryObject
        }

        static func list(_ page: ApproachPage) throws -> [Listed] {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode([Listed].self, from: Data("[".utf8 + page.bytes.dropLast() + "]".utf8))
        }
    }

    /// All pages of a list; `between` is done before each but the first.
    private static func pages(
        _ store: Store, _ query: ApproachQuery, of limit: Int, between: () async throws -> Void = {}
    ) async throws -> (rows: [Listed], publication: Publication) {
        var query = query
        query.limit = limit
        var page = try await store.page(of: query, as: ApproachForm(.json)).get()
        let publication = page.publication
        var rows: [Listed] = []
        while true {
            #expect(page.count <= limit)
            #expect(page.publication.number == publication.number)
            let listed = try Listed.list(page)
            #expect(listed.count == page.count)
            rows += listed
            guard let next = page.next else { return (rows, publication) }
            #expect(page.count == limit)
            try await between()
            // As it comes back from a client.
            page = try await store.page(
                of: query, after: #require(ApproachCursor(next.text)), as: ApproachForm(.json)
            ).get()
        }
    }

    private static let windows = [
        Given.feed("2020-02-01", "2020-02-08"), Given.feed("2020-02-06", "2020-02-13"),
        Given.feed("2020-02-14", "2020-02-18"),
    ]

    private static func publish(_ scene: Scene, _ random: inout SeededRandom, _ number: Int) async throws {
        let batch = windows[random.below(3)]
        try await scene.publish(rows(&random, #require(batch.window)), of: batch, body: "\(number)-")
    }

    @Test("Pages of any size are the list, in every order", arguments: StoreKind.all)
    func pagesAreTheList(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        var random = SeededRandom(seed: 31)
        for number in 0..<6 { try await Self.publish(scene, &random, number) }
        for order in ApproachQuery.Order.allCases {
            for _ in 0..<8 {
                let query = Self.query(&random, order)
                let whole = try await scene.store.approaches(query).map { Listed($0.approach) }
                let paged = try await Self.pages(scene.store, query, of: 1 + random.below(9)).rows
                if order == .date {
                    // The same approaches; within a day the pages are in the order of time.
                    #expect(Set(paged.map(\.id)) == Set(whole.map(\.id)))
                    #expect(paged.count == whole.count)
                    #expect(paged.map(\.observationDate) == whole.map(\.observationDate))
                } else {
                    #expect(paged == whole, "\(order)")
                }
            }
        }
    }

    @Test("Whatever is published in between, all pages are of the first one's publication", arguments: StoreKind.all)
    func allPagesAreOfOnePublication(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        var random = SeededRandom(seed: 32)
        var number = 0
        for _ in 0..<3 {
            try await Self.publish(scene, &random, number)
            number += 1
        }
        var published = 0
        while published < 200 {
            var query = Self.query(&random, ApproachQuery.Order.allCases[random.below(6)])
            // In another order than by date, what was published earlier is listed for a range of days.
            query.from = query.from ?? Given.day("2020-01-01")
            query.to = query.to ?? Given.day("2020-12-31")
            let before = try await scene.store.approaches(query).map { Listed($0.approach) }
            let paged = try await Self.pages(scene.store, query, of: 1 + random.below(5)) {
                try await Self.publish(scene, &random, number)
                number += 1
                published += 1
            }
            if query.order == .date {
                #expect(Set(paged.rows.map { "\($0)" }) == Set(before.map { "\($0)" }))
                #expect(paged.rows.count == before.count)
            } else {
                #expect(paged.rows == before)
            }
            query.asOf = .published(by: paged.publication.date)
            let later = try await scene.store.approaches(query).map { Listed($0.approach) }
            #expect(Set(later.map { "\($0)" }) == Set(before.map { "\($0)" }))
            try await Self.publish(scene, &random, number)
            number += 1
        }
    }

    @Test("Publications have numbers that grow, also where the clock is set back", arguments: StoreKind.all)
    func publicationsGrow(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        #expect(try await scene.store.publication().number == 0)
        var last: Int64 = 0
        for step in [0.0, -90_000, 0, 3600] {
            scene.clock.advance(step)
            try await scene.publish(
                [Given.row("1", "2020-02-03", km: "\(Int(step) + 100_000).5")], of: Given.week, body: "\(step)")
            let number = try await scene.store.publication().number
            #expect(number > last)
            last = number
        }
    }

    @Test(arguments: StoreKind.all)
    func aCursorOfNoListIsRefused(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(
            [Given.row("1", "2020-02-03"), Given.row("2", "2020-02-04")], of: Given.week, body: "a")
        var query = ApproachQuery()
        query.limit = 1
        let next = try #require(try await scene.store.page(of: query, as: ApproachForm(.json)).get().next)
        #expect(ApproachCursor(next.text) == next)
        var future = next
        future.publication += 1
        let (byDate, ahead) = (query, future)
        await #expect(throws: ApproachListError.self) {
            try await scene.store.page(of: byDate, after: ahead, as: ApproachForm(.json)).get()
        }
        query.order = .distance
        var nowhere = next
        nowhere.key.id = "99"
        let (byDistance, elsewhere) = (query, nowhere)
        await #expect(throws: ApproachListError.self) {
            try await scene.store.page(of: byDistance, after: elsewhere, as: ApproachForm(.json)).get()
        }
        var random = SeededRandom(seed: 33)
        for _ in 0..<2000 {
            let text = String(
                (0..<random.below(80)).map { _ in
                    Character(UnicodeScalar(UInt8(32 + random.below(95))))
                })
            #expect(ApproachCursor(text) == nil)
        }
    }

    @Test("A list whose publication was judged anew in between is refused, not mixed", arguments: StoreKind.all)
    func outdated(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let rows = [Given.row("1", "2020-02-03"), Given.row("2", "2020-02-04")]
        try await scene.publish(rows, of: Given.week, body: "a")
        var query = ApproachQuery()
        query.limit = 1
        let next = try #require(try await scene.store.page(of: query, as: ApproachForm(.json)).get().next)
        // The same answer again, under other rules: what it says is no longer counted.
        let run = try await scene.begin()
        _ = try await scene.claim(Given.week, run)
        var item = scene.judged(
            Given.statement(Given.week, rows), of: Given.week, body: "a", results: [PublishTests.failure])
        item.judgment.verdict.rules = 2
        _ = try await scene.store.publish([[item]], by: run, checkpointLimit: nil)
        guard case .failure(.outdated) = try await scene.store.page(of: query, after: next, as: ApproachForm(.json))
        else {
            Issue.record("a mixture")
            return
        }
    }
}

@Suite("Approaches as JSON and CSV")
struct ApproachFormTests {
    @Test("Any text comes back from JSON and CSV as it went, and numbers keep their digits")
    func roundTrips() throws {
        var random = SeededRandom(seed: 34)
        let pieces = ["\"", "\\", ",", "a", "é", "\u{1}", "\u{1F}", " ", "/", "𝄞", "\n", "\""]
        for _ in 0..<500 {
            let name = "n" + (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let km = ["12.50", "0.1", "7", "1e5", "120.00000000000000000001"][random.below(5)]
            let row = Given.row("1", "2020-02-03", km: km, h: random.below(2) == 0 ? nil : "20.10", name: name)
            let json = ApproachForm.facts.bytes(row)
            let parsed = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
            #expect(parsed["name"] as? String == name)
            #expect(parsed.count == 15)
            #expect(String(decoding: json, as: UTF8.self).contains(#""miss_distance_km":\#(km),"#))
            #expect((parsed["absolute_magnitude_h"] is NSNull) == (row.absoluteMagnitude == nil))
            let csv = String(decoding: ApproachForm(.csv, [.id, .name, .missDistance]).bytes(row), as: UTF8.self)
            #expect(CSVRecord.fields(String(csv.dropLast(1))) == ["1", name, km])
        }
    }

    @Test(
        "A decimal that JSON does not know is written in its canonical form",
        arguments: [("+1.5", "1.5"), (".5", "0.5"), ("5.", "5"), ("007.10", "7.1"), ("-0.0", "-0.0"), ("1E+2", "1E+2")])
    func numbers(_ given: String, _ written: String) throws {
        let json = String(decoding: ApproachForm.facts.bytes(Given.row("1", "2020-02-03", kps: given)), as: UTF8.self)
        #expect(json.contains(#""velocity_kps":\#(written),"#))
    }

    @Test
    func fieldsStandInTheTablesOrder() {
        let form = ApproachForm(.csv, [.missDistance, .id, .date])
        #expect(form.header == "id,miss_distance_km,observation_date\r\n")
        #expect(form.bytes(Given.row("1", "2020-02-03", km: "2.5")) == Array("1,2.5,2020-02-03\r\n".utf8))
    }
}
