import Foundation
import Landing
import NearEarth
import PerigeeTesting
import Testing

/// What a landing zone means, in every kind of place alike: a folder, and each S3 service at hand.
@Suite("Landing, in any place", .serialized)
struct ConformanceTests {
    private let week: Batch
    private let answer = FetchMetadata(
        receivedAt: Date(timeIntervalSince1970: 1_580_702_706.789),
        serviceDate: Date(timeIntervalSince1970: 1_580_702_705), requestID: "r-1",
        service: "http://127.0.0.1:1/neo/rest/v1", isSimulated: false)

    init() throws {
        week = try #require(Batch(name: "feed 2020-02-03..2020-02-10"))
    }

    /// The same answer so many seconds later.
    private func later(_ seconds: Double) -> FetchMetadata {
        var later = answer
        later.receivedAt += seconds
        later.serviceDate? += seconds
        return later
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: Place.all)
    func aBodyIsKeptWithItsManifestAndNothingElse(_ place: Place) async throws {
        let zone = try await place.make()
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        #expect(try await zone.names() == ["nasa_neo_raw_2020-02-10.json", "nasa_neo_raw_2020-02-10.manifest.json"])
        #expect(try await zone.content("nasa_neo_raw_2020-02-10.json") == "{}")
        // SHA-256 of "{}", as sha256sum has it.
        #expect(landed.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(landed.bytes == 2)
        #expect(landed.revision == 1)
        #expect(landed.observation?.batch == week)
        #expect(try await zone.latest(week) == landed)
        #expect(try await zone.landing.read(landed) == bytes("{}"))
    }

    @Test(arguments: Place.all)
    func theManifestSaysAllOfIt(_ place: Place) async throws {
        let zone = try await place.make()
        _ = try await zone.landing.land(bytes("{}"), of: week, answer)
        let text = try #require(try await zone.content("nasa_neo_raw_2020-02-10.manifest.json"))
        let manifest = try StrictJSON.read(Array(text.utf8)).value
        #expect(
            manifest.members.map { "\($0.key): \($0.value.text ?? "")" } == [
                "batch: feed 2020-02-03..2020-02-10", "bytes: 2", "file: nasa_neo_raw_2020-02-10.json",
                "from: 2020-02-03", "manifest_version: 2",
                "received_at: 2020-02-03T04:05:06.789Z", "request_id: r-1", "revision: 1",
                "service: http://127.0.0.1:1/neo/rest/v1",
                "service_date: 2020-02-03T04:05:05.000Z",
                "sha256: 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "simulated: False",
                "to: 2020-02-10",
            ])
    }

    @Test("A manifest of the form before this one, without the service's clock, is read", arguments: Place.all)
    func theFirstFormOfManifests(_ place: Place) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.json", "{}")
        try await zone.overwrite(
            "nasa_neo_raw_2020-02-10.manifest.json",
            """
            {"batch":"feed 2020-02-03..2020-02-10","bytes":2,"file":"nasa_neo_raw_2020-02-10.json","from":"2020-02-03","manifest_version":1,\
            "received_at":"2020-02-03T04:05:06.789Z","request_id":"r","revision":1,"service":"s",\
            "sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","simulated":false,"to":"2020-02-10"}
            """)
        let landed = try #require(try await zone.latest(week))
        #expect(landed.stamp.service == 1_580_702_706_789)
        #expect(try await zone.landing.read(landed) == bytes("{}"))
    }

    // MARK: Observations

    @Test(arguments: Place.all)
    func oneAnswerIsNotLandedTwice(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, answer)
        #expect(try await zone.landing.land(bytes("{}"), of: week, answer) == first)
        #expect(try await zone.names().count == 2)
    }

    @Test(arguments: Place.all)
    func theSameBytesAgainAreAnotherObservationOfTheSameBody(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, answer)
        let second = try await zone.landing.land(bytes("{}"), of: week, later(3600))
        #expect(second.revision == 2)
        #expect(second.file == first.file)
        #expect(second.sha256 == first.sha256)
        #expect(first.stamp < second.stamp)
        #expect(try await zone.landing.observations(of: week) == [first, second])
        #expect(
            try await zone.names() == [
                "nasa_neo_raw_2020-02-10.json", "nasa_neo_raw_2020-02-10.manifest.json",
                "nasa_neo_raw_2020-02-10.r2.manifest.json",
            ])
        #expect(try await zone.landing.read(second) == bytes("{}"))
    }

    @Test(arguments: Place.all)
    func anotherBodyHasAFileOfItsOwnAndTheFirstStaysAsItWas(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, answer)
        let second = try await zone.landing.land(bytes("{ }"), of: week, later(1))
        let third = try await zone.landing.land(bytes("{}"), of: week, later(2))
        #expect([first, second, third].map(\.revision) == [1, 2, 3])
        #expect([first, second, third].map(\.file) == [first.file, "nasa_neo_raw_2020-02-10.r2.json", first.file])
        #expect(try await zone.landing.observations(of: week) == [first, second, third])
        #expect(try await zone.landing.read(first) == bytes("{}"))
        #expect(try await zone.landing.read(second) == bytes("{ }"))
    }

    @Test("What was answered earlier and lands later has the later number and the earlier stamp", arguments: Place.all)
    func numbersAreNotTheOrder(_ place: Place) async throws {
        let zone = try await place.make()
        let late = try await zone.landing.land(bytes("{}"), of: week, later(60))
        let early = try await zone.landing.land(bytes("{ }"), of: week, answer)
        #expect(early.revision == 2)
        #expect(early.stamp < late.stamp)
    }

    @Test(arguments: Place.all)
    func windowsThatEndOnTheSameDayDoNotMeet(_ place: Place) async throws {
        let zone = try await place.make()
        let landing = zone.landing
        let other = try #require(Batch(name: "feed 2020-02-08..2020-02-10"))
        let first = try await landing.land(bytes("[1]"), of: week, answer)
        #expect(try await zone.latest(other) == nil)
        let second = try await landing.land(bytes("[1]"), of: other, answer)
        #expect(second.file != first.file)
        #expect(try await zone.latest(week) == first)
        #expect(try await zone.latest(other) == second)
        let newer = try await landing.land(bytes("[2]"), of: week, answer)
        #expect(try await zone.latest(week) == newer)
        #expect(try await zone.latest(other) == second)
        #expect(Set([first.file, second.file, newer.file]).count == 3)
    }

    @Test(arguments: Place.all)
    func aRawFileThatARunLeftWithoutManifestIsFinished(_ place: Place) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.json", "{}")
        #expect(try await zone.latest(week) == nil)
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        #expect(landed.revision == 1)
        #expect(landed.file == "nasa_neo_raw_2020-02-10.json")
        #expect(try await zone.names().count == 2)
    }

    @Test(arguments: Place.all)
    func oneOfAnotherBodyIsLeftAlone(_ place: Place) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.json", "{ other }")
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        #expect(landed.revision == 2)
        #expect(try await zone.content("nasa_neo_raw_2020-02-10.json") == "{ other }")
        #expect(try await zone.latest(week) == landed)
        #expect(try await zone.landing.land(bytes("{}"), of: week, answer) == landed)
    }

    @Test(arguments: Place.all)
    func whatIsThereIsNeverReplacedByACreation(_ place: Place) async throws {
        let zone = try await place.make()
        let objects = zone.objects
        #expect(try await objects.create("a", bytes("1"), .now))
        #expect(try await !objects.create("a", bytes("2"), .withNext))
        // The first creation of a process is a special one in S3; these come after it.
        #expect(try await objects.create("b", bytes("3"), .atSync))
        #expect(try await !objects.create("b", bytes("3 too"), .atSync))
        #expect(try await objects.read("a") == bytes("1"))
        #expect(try await objects.read("b") == bytes("3"))
        try await objects.replace("a", bytes("4"))
        try await objects.sync()
        #expect(try await objects.read("a") == bytes("4"))
        let (missing, exists) = (try await objects.read("c"), try await objects.exists("c"))
        #expect(missing == nil && !exists)
        #expect(try await zone.names() == ["a", "b"])
    }

    @Test(arguments: Place.all)
    func aChangedFileIsFoundByItsDigest(_ place: Place) async throws {
        let zone = try await place.make()
        var landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        for damage in ["{]", "", "{}\n"] {
            try await zone.overwrite(landed.file, damage)
            guard
                case .damaged(let path, _) = await failure({ () async throws(LandingError) in
                    _ = try await zone.landing.read(landed)
                })
            else {
                Issue.record("\(damage) was read")
                return
            }
            #expect(path == zone.objects.path(landed.file))
        }
        landed.file = "absent.json"
        guard
            case .damaged(_, "it is not there") = await failure({ () async throws(LandingError) in
                _ = try await zone.landing.read(landed)
            })
        else {
            Issue.record("a file that is away was read")
            return
        }
    }

    @Test(arguments: Place.all)
    func aChangedBodyIsReadWhereTheSameBytesAreKeptElsewhere(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, answer)
        try await zone.overwrite(first.file, "{]")
        let second = try await zone.landing.land(bytes("{}"), of: week, later(1))
        #expect(second.file != first.file)
        #expect(try await zone.landing.read(second) == bytes("{}"))
        #expect(try await zone.landing.read(first) == bytes("{}"))
        #expect(try await zone.content(first.file) == "{]")
    }

    // MARK: Damaged manifests

    @Test(arguments: Place.all, ["", "{", "[]", "{\"manifest_version\":1}"])
    func aDamagedManifestIsSaidToBe(_ place: Place, _ text: String) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.manifest.json", text)
        #expect(await damaged(zone, week) == zone.objects.path("nasa_neo_raw_2020-02-10.manifest.json"))
    }

    @Test(arguments: Place.all)
    func oneThatIsNewerThanAllOthersToo(_ place: Place) async throws {
        let zone = try await place.make()
        _ = try await zone.landing.land(bytes("{}"), of: week, answer)
        _ = try await zone.landing.land(bytes("{ }"), of: week, later(1))
        try await zone.overwrite("nasa_neo_raw_2020-02-10.r2.manifest.json", "{")
        #expect(await damaged(zone, week) == zone.objects.path("nasa_neo_raw_2020-02-10.r2.manifest.json"))
    }

    @Test(arguments: Place.all, [1, 2])
    func aNewerObservationMendsIt(_ place: Place, count: Int) async throws {
        let zone = try await place.make()
        let earlier = try await zone.landing.land(bytes("{}"), of: week, answer)
        if count == 2 { _ = try await zone.landing.land(bytes("{ }"), of: week, later(1)) }
        try await zone.overwrite("nasa_neo_raw_2020-02-10\(count == 1 ? "" : ".r2").manifest.json", "{")
        let newer = try await zone.landing.land(bytes("{  }"), of: week, later(2))
        #expect(newer.revision == count + 1)
        #expect(try await zone.landing.observations(of: week) == (count == 1 ? [newer] : [earlier, newer]))
    }

    /// What is said to be damaged; nil where the observations are read.
    private func damaged(_ zone: Zone, _ batch: Batch) async -> String? {
        let error = await failure { () async throws(LandingError) in _ = try await zone.landing.observations(of: batch)
        }
        guard case .damaged(let path, _)? = error else { return nil }
        return path
    }

    // MARK: What was said of them

    private static let moment = Date(timeIntervalSince1970: 1_580_702_800)
    private static let refusal = Verdict(
        rules: 2, isAccepted: false, findings: ["volume-drop: x"], isAcceptable: true, recordedAt: moment)
    private static let acceptance = Acceptance(recordedAt: moment + 60, host: "h")

    @Test(arguments: Place.all)
    func aVerdictIsKeptOnce(_ place: Place) async throws {
        let zone = try await place.make()
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        #expect(try await zone.landing.judgment(of: landed, rules: 2) == nil)
        #expect(try await zone.landing.keep(Self.refusal, of: landed) == Self.refusal)
        try await zone.landing.sync()
        #expect(try await zone.names().contains("nasa_neo_verdict_2020-02-10.v2.json"))
        #expect(try await zone.landing.judgment(of: landed, rules: 2) == Judgment(Self.refusal))
        // Whoever comes later is told what counts.
        let other = Verdict(rules: 2, isAccepted: true, recordedAt: Self.moment + 5)
        #expect(try await zone.landing.keep(other, of: landed) == Self.refusal)
        #expect(try await zone.landing.judgment(of: landed, rules: 2) == Judgment(Self.refusal))
    }

    @Test(arguments: Place.all)
    func eachVersionOfTheRulesHasItsVerdict(_ place: Place) async throws {
        let zone = try await place.make()
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        let next = Verdict(rules: 3, isAccepted: true, recordedAt: Self.moment)
        _ = try await zone.landing.keep(Self.refusal, of: landed)
        #expect(try await zone.landing.judgment(of: landed, rules: 3) == nil)
        #expect(try await zone.landing.keep(next, of: landed) == next)
        #expect(try await zone.landing.judgment(of: landed, rules: 2) == Judgment(Self.refusal))
        #expect(try await zone.landing.judgment(of: landed, rules: 3) == Judgment(next))
    }

    @Test(arguments: Place.all)
    func eachObservationOfABodyHasItsVerdict(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, answer)
        let second = try await zone.landing.land(bytes("{}"), of: week, later(1))
        _ = try await zone.landing.keep(Self.refusal, of: first)
        #expect(try await zone.landing.judgment(of: second, rules: 2) == nil)
    }

    @Test(arguments: Place.all)
    func anAcceptanceIsKeptOnceAndOverrulesTheVerdict(_ place: Place) async throws {
        let zone = try await place.make()
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        _ = try await zone.landing.keep(Self.refusal, of: landed)
        #expect(try await zone.landing.acceptance(of: landed) == nil)
        #expect(try await zone.landing.keep(Self.acceptance, of: landed) == Self.acceptance)
        #expect(
            try await zone.landing.keep(Acceptance(recordedAt: Self.moment + 90, host: "other"), of: landed)
                == Self.acceptance)
        try await zone.landing.sync()
        #expect(try await zone.names().contains("nasa_neo_accepted_2020-02-10.json"))
        #expect(
            try await zone.landing.judgment(of: landed, rules: 2) == Judgment(Self.refusal, acceptance: Self.acceptance)
        )
    }

    @Test(arguments: Place.all, ["", "{}", "other"])
    func whatWasSaidOfSomethingElseIsDamaged(_ place: Place, _ text: String) async throws {
        let zone = try await place.make()
        let landed = try await zone.landing.land(bytes("{}"), of: week, answer)
        if text == "other" {
            let other = try await zone.landing.land(bytes("{ }"), of: week, later(1))
            _ = try await zone.landing.keep(Self.refusal, of: other)
            try await zone.overwrite(
                "nasa_neo_verdict_2020-02-10.v2.json",
                try #require(try await zone.content("nasa_neo_verdict_2020-02-10.r2.v2.json")))
        } else {
            try await zone.overwrite("nasa_neo_verdict_2020-02-10.v2.json", text)
        }
        let error = await failure { () async throws(LandingError) in
            _ = try await zone.landing.judgment(of: landed, rules: 2)
        }
        guard case .damaged(let path, _)? = error else {
            Issue.record("it was believed: \(String(describing: error))")
            return
        }
        #expect(path == zone.objects.path("nasa_neo_verdict_2020-02-10.v2.json"))
    }

    @Test(arguments: Place.all)
    func anotherZoneTakesOverWhatWasSaid(_ place: Place) async throws {
        let (zone, other) = (try await place.make(), try await place.make())
        let theirs = try await other.landing.land(bytes("{}"), of: week, answer)
        _ = try await other.landing.keep(Self.refusal, of: theirs)
        _ = try await other.landing.keep(Self.acceptance, of: theirs)
        // It is the second one here: the evidence goes by the observation, not by its number.
        _ = try await zone.landing.land(bytes("{ }"), of: week, later(1))
        let ours = try await zone.landing.land(bytes("{}"), of: week, answer)
        #expect(ours.revision == 2)
        try await zone.landing.adopt(from: other.landing, theirs, as: ours, rules: 2...2)
        #expect(
            try await zone.landing.judgment(of: ours, rules: 2) == Judgment(Self.refusal, acceptance: Self.acceptance))
    }

    @Test(arguments: Place.all)
    func whatIsSaidHereAlreadyStays(_ place: Place) async throws {
        let (zone, other) = (try await place.make(), try await place.make())
        let theirs = try await other.landing.land(bytes("{}"), of: week, answer)
        let ours = try await zone.landing.land(bytes("{}"), of: week, answer)
        let accepted = Verdict(rules: 2, isAccepted: true, recordedAt: Self.moment)
        _ = try await other.landing.keep(Self.refusal, of: theirs)
        _ = try await zone.landing.keep(accepted, of: ours)
        try await zone.landing.adopt(from: other.landing, theirs, as: ours, rules: 2...2)
        #expect(try await zone.landing.judgment(of: ours, rules: 2) == Judgment(accepted))
    }

    // MARK: Other files

    @Test(arguments: Place.all)
    func theProcessedFileGoesByItsBodysRevisionAndIsReplaced(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, answer)
        let second = try await zone.landing.land(bytes("{ }"), of: week, later(1))
        #expect(try await zone.landing.keepProcessed(bytes("one"), for: first) == "nasa_neo_processed_2020-02-10.csv")
        #expect(
            try await zone.landing.keepProcessed(bytes("two"), for: second) == "nasa_neo_processed_2020-02-10.r2.csv")
        _ = try await zone.landing.keepProcessed(bytes("one again"), for: first)
        #expect(try await zone.content("nasa_neo_processed_2020-02-10.csv") == "one again")
        #expect(try await zone.content("nasa_neo_processed_2020-02-10.r2.csv") == "two")
        #expect(try await zone.names().count == 6)
    }

    @Test(arguments: Place.all)
    func aRefusedAnswerIsKeptOnceAndIsNoLandedBody(_ place: Place) async throws {
        let zone = try await place.make()
        let name = try await zone.landing.keepRefused(bytes("<html>"), of: week)
        #expect(try await zone.landing.keepRefused(bytes("<html>"), of: week) == name)
        #expect(try await zone.landing.keepRefused(bytes("other"), of: week) != name)
        #expect(try await zone.content(name) == "<html>")
        #expect(try await zone.latest(week) == nil)
    }

    @Test(arguments: Place.all)
    func lookupsAndPagesHaveFilesOfTheirOwn(_ place: Place) async throws {
        let zone = try await place.make()
        let landing = zone.landing
        let lookup = try await landing.land(bytes("{}"), of: .lookup(spkID: "2099942"), answer)
        let page = try await landing.land(bytes("{}"), of: .browse(page: 3), answer)
        #expect(lookup.file == "nasa_neo_raw_object_2099942.json")
        #expect(lookup.from == nil)
        #expect(page.file == "nasa_neo_raw_browse_3.json")
        #expect(try await zone.latest(.lookup(spkID: "2099942")) == lookup)
        #expect(try await zone.latest(.browse(page: 4)) == nil)
        #expect(try await zone.names().count == 4)
    }

    @Test(arguments: Place.all)
    func manyAtOnceEndAsManyRevisionsEachWhole(_ place: Place) async throws {
        let zone = try await place.make()
        let bodies = (0..<12).map { [UInt8](repeating: UInt8(65 + $0), count: 200_000) }
        let landed = try await withThrowingTaskGroup(of: LandedBody.self) { group in
            for body in bodies { group.addTask { try await zone.landing.land(body, of: week, answer) } }
            return try await group.reduce(into: [LandedBody]()) { $0.append($1) }
        }
        #expect(Set(landed.map(\.revision)) == Set(1...12))
        for body in landed { #expect(try await zone.landing.read(body).count == 200_000) }
        #expect(try await zone.names().count == 24)
    }

    @Test(arguments: Place.all)
    func theSameBytesManyTimesAtOnceAreAsManyObservations(_ place: Place) async throws {
        let zone = try await place.make()
        let landed = try await withThrowingTaskGroup(of: LandedBody.self) { group in
            for second in 0..<8 {
                group.addTask { try await zone.landing.land(bytes("{}"), of: week, later(Double(second))) }
            }
            return try await group.reduce(into: [LandedBody]()) { $0.append($1) }
        }
        #expect(Set(landed.map(\.revision)) == Set(1...8))
        #expect(try await zone.landing.observations(of: week) == landed.sorted { $0.revision < $1.revision })
        for body in landed { #expect(try await zone.landing.read(body) == bytes("{}")) }
    }

    @Test(
        "A body larger than a part, and an empty one, come back as they went", arguments: Place.all,
        [0, 1, 8 << 20, (8 << 20) + 1, 20_000_000])
    func sizes(_ place: Place, _ count: Int) async throws {
        let zone = try await place.make()
        var random = SeededRandom(seed: 6)
        let body = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let landed = try await zone.landing.land(body, of: week, answer)
        #expect(try await zone.landing.read(landed) == body)
        #expect(try await zone.landing.land(body, of: week, answer) == landed)
        #expect(try await !zone.objects.create(landed.file, bytes("other"), .now))
    }
}
