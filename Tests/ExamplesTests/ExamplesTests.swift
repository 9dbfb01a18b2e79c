import Foundation
import NearEarth
import PerigeeTesting
import Testing

/// The examples of the libraries' documentation do what they say, and stand there as they are here.
struct ExamplesTests {
    @Test("NeoWs: the names of a window's objects")
    func neoWs() async throws {
        let replay = try await Replay()
        let (from, to) = (try #require(CalendarDate("2020-02-03")), try #require(CalendarDate("2020-02-04")))
        let found = try await names(in: DateWindow(from: from, to: to), service: replay.baseURL)
        let expected = try NeoWsBody(try await replay.feed("2020-02-03", "2020-02-04")).rows.map { $0[2] }
        #expect(found == expected && !found.isEmpty)
    }

    @Test("S3: what is kept first stays", .enabled(if: !TestS3.all.isEmpty, "\(TestS3.notice)"), arguments: TestS3.all)
    func s3(service: TestS3) async throws {
        let url = "\(service.newPrefix())/report.txt"
        #expect(try await keep("first", at: url, environment: service.environment()) == "first")
        #expect(try await keep("second", at: url, environment: service.environment()) == "first")
    }

    @Test("SparkConnect: the rows of a query", .enabled(if: SparkCluster.shared != nil, "\(SparkCluster.notice)"))
    func sparkConnect() async throws {
        let cluster = try #require(SparkCluster.shared)
        #expect(
            try await squares(below: 5, cluster.url, token: cluster.token()).sorted() == ["0", "1", "16", "4", "9"])
    }

    @Test("The catalogs show the examples as they are compiled", arguments: ["NeoWs", "S3", "SparkConnect"])
    func catalogs(library: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let example = try String(contentsOf: tests.appendingPathComponent("\(library)Example.swift"), encoding: .utf8)
        let catalog = tests.appendingPathComponent("../../Sources/\(library)/\(library).docc/\(library).md")
            .standardizedFileURL
        #expect(try String(contentsOf: catalog, encoding: .utf8).contains("```swift\n\(example)```\n"))
    }
}
