import Foundation
import Landing
import NearEarth
import PerigeeTesting
import Testing

/// What only a folder can get wrong.
@Suite struct FolderTests {
    private let folder: TemporaryFolder
    private let landing: LandingZone
    private let week: Batch
    private let answer = FetchMetadata(
        receivedAt: Date(), serviceDate: nil, requestID: "r-1", service: "http://127.0.0.1:1/neo/rest/v1",
        isSimulated: false)

    init() throws {
        folder = try TemporaryFolder()
        landing = LandingZone(try FolderStore(folder.path))
        week = try #require(Batch(name: "feed 2020-02-03..2020-02-10"))
    }

    @Test func aTemporaryFileThatARunLeftIsNoLandedBody() async throws {
        try Data("{ cu".utf8).write(to: URL(fileURLWithPath: folder("nasa_neo_raw_2020-02-10.json.123.456.tmp")))
        #expect(try await landing.observations(of: week).isEmpty)
        let landed = try await landing.land(Array("{}".utf8), of: week, answer)
        #expect(landed.revision == 1)
        #expect(try await landing.read(landed) == Array("{}".utf8))
    }

    @Test func aFolderThatCannotBeWrittenIsAnErrorWithPathAndCause() async throws {
        // A file where the folder should be: that stops root as well.
        try Data().write(to: URL(fileURLWithPath: folder("taken")))
        let error = #expect(throws: LandingError.self) { try FolderStore(folder("taken/landing")) }
        #expect("\(try #require(error))".contains(folder("taken/landing")))
        let gone = LandingZone(try FolderStore(folder("gone")))
        try FileManager.default.removeItem(atPath: folder("gone"))
        guard
            case .file(let path, "write", let cause) = await failure({ () async throws(LandingError) in
                _ = try await gone.land(Array("{}".utf8), of: week, answer)
            })
        else {
            Issue.record("it was written")
            return
        }
        #expect(path.hasPrefix(folder("gone")))
        #expect(!cause.isEmpty)
        #expect(try folder.files() == ["taken"])
    }

    @Test func nothingButTheFilesIsLeft() async throws {
        let landed = try await landing.land(Array("{}".utf8), of: week, answer)
        _ = try await landing.keepProcessed(Array("one".utf8), for: landed)
        _ = try await landing.keepProcessed(Array("two".utf8), for: landed)
        #expect(
            try folder.files() == [
                "nasa_neo_processed_2020-02-10.csv", "nasa_neo_raw_2020-02-10.json",
                "nasa_neo_raw_2020-02-10.manifest.json",
            ])
    }
}

/// The error that a piece of work ends with.
func failure(_ body: () async throws(LandingError) -> Void) async -> LandingError? {
    do throws(LandingError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
