import Foundation
import Landing
import NearEarth
import PerigeeTesting
import Testing

@Suite("Landing in a folder")
struct LocalLandingTests {
    private let folder: TemporaryFolder
    private let landing: LocalLanding
    private let week: Batch
    private let receipt = Receipt(
        receivedAt: Date(timeIntervalSince1970: 1_580_702_706.789), requestID: "r-1", service: "http://127.0.0.1:1/neo/rest/v1", isSimulated: false)

    init() throws {
        folder = try TemporaryFolder()
        landing = try LocalLanding(folder: folder.path)
        week = try #require(Batch(name: "feed 2020-02-03..2020-02-10"))
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func content(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }

    private func overwrite(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: folder(name))) }

    @Test func aBodyIsKeptWithItsManifestAndNothingElse() async throws {
        let landed = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(try folder.files() == ["nasa_neo_raw_2020-02-10.json", "nasa_neo_raw_2020-02-10.manifest.json"])
        #expect(try content("nasa_neo_raw_2020-02-10.json") == "{}")
        // SHA-256 of "{}", as sha256sum has it.
        #expect(landed.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(landed.bytes == 2 && landed.revision == 1 && landed.batch == week.name && landed.requestID == "r-1")
        #expect(try await landing.latest(week) == landed)
        #expect(try await landing.read(landed) == bytes("{}"))
    }

    @Test func theManifestSaysAllOfIt() async throws {
        _ = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        let manifest = try #require(
            try JSONSerialization.jsonObject(with: Data(try content("nasa_neo_raw_2020-02-10.manifest.json").utf8)) as? [String: Any])
        #expect(manifest["sha256"] as? String == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(manifest["bytes"] as? Int == 2 && manifest["from"] as? String == "2020-02-03" && manifest["to"] as? String == "2020-02-10")
        #expect(manifest["received_at"] as? String == "2020-02-03T04:05:06.789Z" && manifest["request_id"] as? String == "r-1")
        #expect(manifest["manifest_version"] as? Int == 1 && manifest["simulated"] as? Bool == false && manifest["revision"] as? Int == 1)
        #expect(manifest["file"] as? String == "nasa_neo_raw_2020-02-10.json" && manifest["service"] as? String == "http://127.0.0.1:1/neo/rest/v1")
    }

    @Test func theSameBodyIsNotLandedTwice() async throws {
        let first = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        var later = receipt
        later.receivedAt += 3600
        later.requestID = "r-2"
        #expect(try await landing.land(bytes("{}"), of: week, receipt: later) == first)
        #expect(try folder.files().count == 2)
    }

    @Test func anotherBodyIsANewRevisionAndTheFirstStaysAsItWas() async throws {
        let first = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        let second = try await landing.land(bytes("{ }"), of: week, receipt: receipt)
        #expect(second.revision == 2 && second.file == "nasa_neo_raw_2020-02-10.r2.json")
        #expect(try await landing.latest(week) == second)
        #expect(try await landing.read(first) == bytes("{}"))
        let third = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(third.revision == 3)
        #expect(try await landing.latest(week) == third)
    }

    @Test func windowsThatEndOnTheSameDayDoNotMeet() async throws {
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

    @Test func aRawFileThatARunLeftWithoutManifestIsFinished() async throws {
        try overwrite("nasa_neo_raw_2020-02-10.json", "{}")
        #expect(try await landing.latest(week) == nil)
        let landed = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(landed.revision == 1 && landed.file == "nasa_neo_raw_2020-02-10.json")
        #expect(try folder.files().count == 2)
    }

    @Test func aTemporaryFileThatARunLeftIsNoLandedBody() async throws {
        try overwrite("nasa_neo_raw_2020-02-10.json.123.456.tmp", "{ cu")
        #expect(try await landing.latest(week) == nil)
        let landed = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(landed.revision == 1)
        #expect(try await landing.read(landed) == bytes("{}"))
    }

    @Test func oneOfAnotherBodyIsLeftAlone() async throws {
        try overwrite("nasa_neo_raw_2020-02-10.json", "{ other }")
        let landed = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        #expect(landed.revision == 2)
        #expect(try content("nasa_neo_raw_2020-02-10.json") == "{ other }")
        #expect(try await landing.latest(week) == landed)
        #expect(try await landing.land(bytes("{}"), of: week, receipt: receipt) == landed)
    }

    @Test func aChangedFileIsFoundByItsDigest() async throws {
        let landed = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        for damage in ["{]", "", "{}\n"] {
            try overwrite(landed.file, damage)
            guard case .damaged(let path, _) = await failure({ () async throws(LandingError) in _ = try await landing.read(landed) }) else {
                Issue.record("\(damage) was read")
                return
            }
            #expect(path == folder(landed.file))
        }
        try FileManager.default.removeItem(atPath: folder(landed.file))
        guard case .file(_, "read", _) = await failure({ () async throws(LandingError) in _ = try await landing.read(landed) }) else {
            Issue.record("a file that is away was read")
            return
        }
    }

    @Test(arguments: ["", "{", "[]", "{\"manifest_version\":1}"])
    func aDamagedManifestIsSaidToBe(_ text: String) async throws {
        try overwrite("nasa_neo_raw_2020-02-10.manifest.json", text)
        guard case .damaged(let path, _) = await failure({ () async throws(LandingError) in _ = try await landing.latest(week) }) else {
            Issue.record("it was read")
            return
        }
        #expect(path == folder("nasa_neo_raw_2020-02-10.manifest.json"))
    }

    @Test func aFolderThatCannotBeWrittenIsAnErrorWithPathAndCause() async throws {
        // A file where the folder should be: that stops root as well.
        try overwrite("taken", "")
        let error = #expect(throws: LandingError.self) { try LocalLanding(folder: folder("taken/landing")) }
        #expect("\(try #require(error))".contains(folder("taken/landing")))
        let gone = try LocalLanding(folder: folder("gone"))
        try FileManager.default.removeItem(atPath: folder("gone"))
        guard
            case .file(let path, "write", let cause) = await failure({ () async throws(LandingError) in
                _ = try await gone.land(bytes("{}"), of: week, receipt: receipt)
            })
        else {
            Issue.record("it was written")
            return
        }
        #expect(path.hasPrefix(folder("gone")) && !cause.isEmpty)
        #expect(try folder.files() == ["taken"])
    }

    @Test func theProcessedFileGoesByItsBodysRevisionAndIsReplaced() async throws {
        let first = try await landing.land(bytes("{}"), of: week, receipt: receipt)
        let second = try await landing.land(bytes("{ }"), of: week, receipt: receipt)
        #expect(try await landing.keepProcessed(bytes("one"), for: first) == "nasa_neo_processed_2020-02-10.csv")
        #expect(try await landing.keepProcessed(bytes("two"), for: second) == "nasa_neo_processed_2020-02-10.r2.csv")
        _ = try await landing.keepProcessed(bytes("one again"), for: first)
        #expect(try content("nasa_neo_processed_2020-02-10.csv") == "one again")
        #expect(try content("nasa_neo_processed_2020-02-10.r2.csv") == "two")
        #expect(try !folder.files().contains { $0.hasSuffix(".tmp") })
    }

    @Test func aRefusedAnswerIsKeptOnceAndIsNoLandedBody() async throws {
        let name = try await landing.keepRefused(bytes("<html>"), of: week)
        #expect(try await landing.keepRefused(bytes("<html>"), of: week) == name)
        #expect(try await landing.keepRefused(bytes("other"), of: week) != name)
        #expect(try content(name) == "<html>" && !name.hasSuffix(".json"))
        #expect(try await landing.latest(week) == nil)
    }

    @Test func lookupsAndPagesHaveFilesOfTheirOwn() async throws {
        let lookup = try await landing.land(bytes("{}"), of: .lookup(spkID: "2099942"), receipt: receipt)
        let page = try await landing.land(bytes("{}"), of: .browse(page: 3), receipt: receipt)
        #expect(lookup.file == "nasa_neo_raw_object_2099942.json" && lookup.from == nil && page.file == "nasa_neo_raw_browse_3.json")
        #expect(try await landing.latest(.lookup(spkID: "2099942")) == lookup)
        #expect(try await landing.latest(.browse(page: 4)) == nil)
    }

    @Test func manyAtOnceEndAsManyRevisionsEachWhole() async throws {
        let bodies = (0..<12).map { [UInt8](repeating: UInt8(65 + $0), count: 200_000) }
        let landed = try await withThrowingTaskGroup(of: LandedBody.self) { group in
            for body in bodies { group.addTask { try await landing.land(body, of: week, receipt: receipt) } }
            return try await group.reduce(into: [LandedBody]()) { $0.append($1) }
        }
        #expect(Set(landed.map(\.revision)) == Set(1...12))
        for body in landed { #expect(try await landing.read(body).count == 200_000) }
        #expect(try folder.files().count == 24)
    }

    private func failure(_ body: () async throws(LandingError) -> Void) async -> LandingError? {
        do throws(LandingError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}
