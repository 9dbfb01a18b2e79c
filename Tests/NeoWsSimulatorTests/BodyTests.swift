import NearEarth
import NeoWs
import NeoWsSimulator
import PerigeeTesting
import Testing
import Transform

@Suite("Simulator: its bodies")
struct BodyTests {
    static let weeks = [
        "1900-01-01", "1900-02-25", "1969-12-28", "2000-02-26", "2020-02-03", "2024-02-26", "2199-12-25", "2200-12-24",
    ]

    @Test func ourOwnRulesRejectNothingInAnyCentury() async throws {
        try await withSimulator { client in
            for week in Self.weeks {
                let fetched = try await client.fetch(feed(week))
                let result = try EmbeddedEngine.transform(BodyBuffer(fetched.bytes))
                #expect(
                    result.statement.rejected.isEmpty,
                    "\(week): \(result.statement.rejected.first.map { "\($0)" } ?? "")")
                #expect(
                    result.statement.records == result.approaches.count
                        && result.summary.elementCount == result.summary.objects)
                #expect(result.summary.days.count == 8 && (64...160).contains(result.approaches.count))
                #expect(Set(result.approaches.map(\.id)).count == result.approaches.count)
                #expect(fetched.isSimulated)
            }
        }
    }

    @Test func manyWeeksInARowAreCoherent() async throws {
        try await withSimulator { client in
            var records = 0
            for index in 0..<30 {
                let week = CalendarDate(daysSinceEpoch: -25_567 + index * 3600).description
                let result = try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed(week)).bytes))
                #expect(
                    result.statement.rejected.isEmpty,
                    "\(week): \(result.statement.rejected.first.map { "\($0)" } ?? "")")
                records += result.statement.records
            }
            #expect(records > 2500)
        }
    }

    @Test func datesOutsideOfItsSkyAreEmpty() async throws {
        try await withSimulator { client in
            for week in ["1899-12-01", "2201-01-01"] {
                let fetched = try await client.fetch(feed(week))
                #expect(
                    fetched.summary.elementCount == 0 && fetched.summary.objects == 0 && fetched.summary.days.count == 8
                )
            }
        }
    }

    @Test func bodiesAreTheSameWhateverWasAskedBefore() async throws {
        let alone = Kept()
        try await withSimulator { client in await alone.add(try await client.fetch(feed("2020-02-03")).bytes) }
        try await withSimulator { client in
            _ = try await client.fetch(feed("2024-02-26"))
            _ = try await client.fetch(.browse(page: 1))
            await alone.add(try await client.fetch(feed("2020-02-03")).bytes)
            await alone.add(try await client.fetch(feed("2020-02-03")).bytes)
        }
        #expect(await alone.bodies.count == 3)
        #expect(Set(await alone.bodies).count == 1)
    }

    @Test func anotherSeedIsAnotherSky() async throws {
        let kept = Kept()
        for seed: UInt64 in [1, 2] {
            var options = SimulatorOptions()
            options.seed = seed
            try await withSimulator(options) { client in
                await kept.add(try await client.fetch(feed("2020-02-03")).bytes)
            }
        }
        #expect(Set(await kept.bodies).count == 2)
    }

    @Test func aDayIsTheSameInEveryWindow() async throws {
        try await withSimulator { client in
            let week = try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed("2020-02-03")).bytes))
                .approaches
            let day = try EmbeddedEngine.transform(
                BodyBuffer(try await client.fetch(feed("2020-02-05", days: 1)).bytes)
            ).approaches
            #expect(!day.isEmpty && day == week.filter { $0.observationDate.description == "2020-02-05" })
        }
    }

    @Test func everyObjectOfTheFeedIsFoundByItsIDWithTheSameApproach() async throws {
        try await withSimulator { client in
            for week in ["1900-01-01", "2020-02-03", "2200-12-24"] {
                for row in try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed(week, days: 1)).bytes))
                    .approaches
                {
                    let result = try EmbeddedEngine.transform(
                        BodyBuffer(try await client.fetch(.lookup(spkID: row.id)).bytes))
                    #expect(result.statement.rejected.isEmpty && result.summary.shape == .lookup)
                    #expect(result.approaches.contains(row), "\(row.record)")
                    #expect(result.approaches.count >= 4 && result.statement.orbits.map(\.id) == [row.id])
                    #expect(
                        result.approaches.map(\.epochMilliseconds)
                            == result.approaches.map(\.epochMilliseconds).sorted { $0 ?? 0 < $1 ?? 0 })
                }
            }
        }
    }

    @Test func theCatalogueEndsAndListsEachObjectOnce() async throws {
        try await withSimulator { client in
            let first = try await client.fetch(.browse(page: 0))
            let pages = try #require(first.summary.totalPages)
            #expect(first.summary.pageNumber == 0 && first.summary.objects == 20)
            var ids: Set<String> = []
            for page in [0, 1, pages - 1] {
                let result = try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(.browse(page: page)).bytes))
                #expect(result.statement.rejected.isEmpty && result.statement.orbits.count == result.summary.objects)
                for orbit in result.statement.orbits { #expect(ids.insert(orbit.id).inserted) }
            }
            #expect(try await client.fetch(.browse(page: pages)).summary.objects == 0)
        }
    }

    @Test func everyNameAndIDOwnsUpToBeingSimulated() async throws {
        try await withSimulator { client in
            for row in try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed("2020-02-03")).bytes))
                .approaches
            {
                #expect(row.name.contains("SIM") && row.id.count == 9 && row.id.hasPrefix("9"))
            }
        }
    }

    @Test func someAreHazardousSomeNotAndSomeAreSentryObjects() async throws {
        try await withSimulator { client in
            var rows: [CloseApproach] = []
            for week in ["2020-02-03", "2020-03-03", "2020-04-03", "2020-05-03"] {
                rows += try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed(week)).bytes)).approaches
            }
            let hazardous = rows.count { $0.isPotentiallyHazardous }
            #expect(hazardous > 0 && hazardous < rows.count / 2)
            #expect(rows.contains { $0.isSentryObject == true } && rows.contains { $0.isSentryObject == false })
        }
    }
}

/// Bodies gathered across tasks.
private actor Kept {
    var bodies: [[UInt8]] = []

    func add(_ body: [UInt8]) { bodies.append(body) }
}
