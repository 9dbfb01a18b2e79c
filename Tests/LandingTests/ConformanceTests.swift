import Foundation
import Landing
import NearEarth
import PerigeeTesting
import Testing

/// What a landing zone means, in every kind of place alike: a folder, and each S3 service at hand.
@Suite("Landing, in any place", .serialized)
struct ConformanceTests {
    private let week: Batch
    private let receipt = Receipt(
        receivedAt: Date(timeIntervalSince1970: 1_580_702_706.789), requestID: "r-1", service: "http://127.0.0.1:1/neo/rest/v1", isSimulated: false)

    init() throws {
        week = try #require(Batch(name: "feed 2020-02-03..2020-02-10"))
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: Place.all)
    func aBodyIsKeptWithItsManifestAndNothingElse(_ place: Place) async throws {
        let zone = try await place.make()
        let landed = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(try await zone.names() == ["nasa_neo_raw_2020-02-10.json", "nasa_neo_raw_2020-02-10.manifest.json"])
        #expect(try await zone.content("nasa_neo_raw_2020-02-10.json") == "{}")
        // SHA-256 of "{}", as sha256sum has it.
        #expect(landed.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(landed.bytes == 2 && landed.revision == 1 && landed.batch == week.name && landed.requestID == "r-1")
        #expect(try await zone.landing.latest(week) == landed)
        #expect(try await zone.landing.read(landed) == bytes("{}"))
    }

    @Test(arguments: Place.all)
    func theManifestSaysAllOfIt(_ place: Place) async throws {
        let zone = try await place.make()
        _ = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        let text = try #require(try await zone.content("nasa_neo_raw_2020-02-10.manifest.json"))
        let manifest = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(manifest["sha256"] as? String == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(manifest["bytes"] as? Int == 2 && manifest["from"] as? String == "2020-02-03" && manifest["to"] as? String == "2020-02-10")
        #expect(manifest["received_at"] as? String == "2020-02-03T04:05:06.789Z" && manifest["request_id"] as? String == "r-1")
        #expect(manifest["manifest_version"] as? Int == 1 && manifest["simulated"] as? Bool == false && manifest["revision"] as? Int == 1)
        #expect(manifest["file"] as? String == "nasa_neo_raw_2020-02-10.json" && manifest["service"] as? String == "http://127.0.0.1:1/neo/rest/v1")
    }

    @Test(arguments: Place.all)
    func theSameBodyIsNotLandedTwice(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        var later = receipt
        later.receivedAt += 3600
        later.requestID = "r-2"
        #expect(try await zone.landing.land(bytes("{}"), of: week, receipt: later) == first)
        #expect(try await zone.names().count == 2)
    }

    @Test(arguments: Place.all)
    func anotherBodyIsANewRevisionAndTheFirstStaysAsItWas(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        let second = try await zone.landing.land(bytes("{ }"), of: week, receipt: receipt)
        #expect(second.revision == 2 && second.file == "nasa_neo_raw_2020-02-10.r2.json")
        #expect(try await zone.landing.latest(week) == second)
        #expect(try await zone.landing.read(first) == bytes("{}"))
        let third = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(third.revision == 3)
        #expect(try await zone.landing.latest(week) == third)
    }

    @Test(arguments: Place.all)
    func windowsThatEndOnTheSameDayDoNotMeet(_ place: Place) async throws {
        let zone = try await place.make()
        let landing = zone.landing
        let other = try #require(Batch(name: "feed 2020-02-08..2020-02-10"))
        let first = try await landing.land(bytes("[1]"), of: week, receipt: receipt)
        #expect(try await landing.latest(other) == nil)
        let second = try await landing.land(bytes("[1]"), of: other, receipt: receipt)
        #expect(second.file != first.file)
        #expect(try await landing.latest(week) == first)
        #expect(try await landing.latest(other) == second)
        let newer = try await landing.land(bytes("[2]"), of: week, receipt: receipt)
        #expect(try await landing.latest(week) == newer)
        #expect(try await landing.latest(other) == second)
        #expect(Set([first.file, second.file, newer.file]).count == 3)
    }

    @Test(arguments: Place.all)
    func aRawFileThatARunLeftWithoutManifestIsFinished(_ place: Place) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.json", "{}")
        #expect(try await zone.landing.latest(week) == nil)
        let landed = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(landed.revision == 1 && landed.file == "nasa_neo_raw_2020-02-10.json")
        #expect(try await zone.names().count == 2)
    }

    @Test(arguments: Place.all)
    func oneOfAnotherBodyIsLeftAlone(_ place: Place) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.json", "{ other }")
        let landed = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(landed.revision == 2)
        #expect(try await zone.content("nasa_neo_raw_2020-02-10.json") == "{ other }")
        #expect(try await zone.landing.latest(week) == landed)
        #expect(try await zone.landing.land(bytes("{}"), of: week, receipt: receipt) == landed)
    }

    @Test(arguments: Place.all)
    func whatIsThereIsNeverReplacedByACreation(_ place: Place) async throws {
        let zone = try await place.make()
        let objects = zone.objects
        #expect(try await objects.create("a", bytes("1")))
        #expect(try await !objects.create("a", bytes("2")))
        // The first creation of a process is a special one in S3; these come after it.
        #expect(try await objects.create("b", bytes("3")))
        #expect(try await !objects.create("b", bytes("3 too")))
        #expect(try await objects.read("a") == bytes("1"))
        #expect(try await objects.read("b") == bytes("3"))
        try await objects.replace("a", bytes("4"))
        #expect(try await objects.read("a") == bytes("4"))
        let (missing, exists) = (try await objects.read("c"), try await objects.exists("c"))
        #expect(missing == nil && !exists)
        #expect(try await zone.names() == ["a", "b"])
    }

    @Test(arguments: Place.all)
    func aChangedFileIsFoundByItsDigest(_ place: Place) async throws {
        let zone = try await place.make()
        var landed = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        for damage in ["{]", "", "{}\n"] {
            try await zone.overwrite(landed.file, damage)
            guard case .damaged(let path, _) = await failure({ () async throws(LandingError) in _ = try await zone.landing.read(landed) }) else {
                Issue.record("\(damage) was read")
                return
            }
            #expect(path == zone.objects.path(landed.file))
        }
        landed.file = "absent.json"
        guard case .file(_, "read", _) = await failure({ () async throws(LandingError) in _ = try await zone.landing.read(landed) }) else {
            Issue.record("a file that is away was read")
            return
        }
    }

    @Test(arguments: Place.all, ["", "{", "[]", "{\"manifest_version\":1}"])
    func aDamagedManifestIsSaidToBe(_ place: Place, _ text: String) async throws {
        let zone = try await place.make()
        try await zone.overwrite("nasa_neo_raw_2020-02-10.manifest.json", text)
        guard case .damaged(let path, _) = await failure({ () async throws(LandingError) in _ = try await zone.landing.latest(week) }) else {
            Issue.record("it was read")
            return
        }
        #expect(path == zone.objects.path("nasa_neo_raw_2020-02-10.manifest.json"))
    }

    @Test(arguments: Place.all)
    func theProcessedFileGoesByItsBodysRevisionAndIsReplaced(_ place: Place) async throws {
        let zone = try await place.make()
        let first = try await zone.landing.land(bytes("{}"), of: week, receipt: receipt)
        let second = try await zone.landing.land(bytes("{ }"), of: week, receipt: receipt)
        #expect(try await zone.landing.keepProcessed(bytes("one"), for: first) == "nasa_neo_processed_2020-02-10.csv")
        #expect(try await zone.landing.keepProcessed(bytes("two"), for: second) == "nasa_neo_processed_2020-02-10.r2.csv")
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
        #expect(try await zone.content(name) == "<html>" && !name.hasSuffix(".json"))
        #expect(try await zone.landing.latest(week) == nil)
    }

    @Test(arguments: Place.all)
    func lookupsAndPagesHaveFilesOfTheirOwn(_ place: Place) async throws {
        let zone = try await place.make()
        let landing = zone.landing
        let lookup = try await landing.land(bytes("{}"), of: .lookup(spkID: "2099942"), receipt: receipt)
        let page = try await landing.land(bytes("{}"), of: .browse(page: 3), receipt: receipt)
        #expect(lookup.file == "nasa_neo_raw_object_2099942.json" && lookup.from == nil && page.file == "nasa_neo_raw_browse_3.json")
        #expect(try await landing.latest(.lookup(spkID: "2099942")) == lookup)
        #expect(try await landing.latest(.browse(page: 4)) == nil)
        #expect(try await zone.names().count == 4)
    }

    @Test(arguments: Place.all)
    func manyAtOnceEndAsManyRevisionsEachWhole(_ place: Place) async throws {
        let zone = try await place.make()
        let bodies = (0..<12).map { [UInt8](repeating: UInt8(65 + $0), count: 200_000) }
        let landed = try await withThrowingTaskGroup(of: LandedBody.self) { group in
            for body in bodies { group.addTask { try await zone.landing.land(body, of: week, receipt: receipt) } }
            return try await group.reduce(into: [LandedBody]()) { $0.append($1) }
        }
        #expect(Set(landed.map(\.revision)) == Set(1...12))
        for body in landed { #expect(try await zone.landing.read(body).count == 200_000) }
        #expect(try await zone.names().count == 24)
    }

    @Test("A body larger than a part, and an empty one, come back as they went", arguments: Place.all, [0, 1, 8 << 20, (8 << 20) + 1, 20_000_000])
    func sizes(_ place: Place, _ count: Int) async throws {
        let zone = try await place.make()
        var random = SeededRandom(seed: 6)
        let body = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let landed = try await zone.landing.land(body, of: week, receipt: receipt)
        #expect(try await zone.landing.read(landed) == body)
        #expect(try await zone.landing.land(body, of: week, receipt: receipt) == landed)
        #expect(try await !zone.objects.create(landed.file, bytes("other")))
    }
}
