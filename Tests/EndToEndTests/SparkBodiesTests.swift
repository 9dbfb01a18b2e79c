import Foundation
import PerigeeTesting
import Testing

/// Recorded bodies, and bodies that are damaged in every way that the rules know of: the cluster makes of them what the
/// embedded engine makes.
@Suite(.serialized, .enabled(if: SparkCluster.shared != nil, "\(SparkCluster.notice)"))
struct SparkBodiesTests {
    /// Bodies by their files' names.
    private static func bodies() throws -> [String: String] {
        // No two that share days: what a batch takes back is counted of what is published by then.
        let detailed = Specimen.detailed.last?.description
        let specimens = Specimen.all.filter { $0.description == detailed || !$0.description.contains("detailed") }
        var bodies = Dictionary(
            uniqueKeysWithValues: specimens.enumerated().map {
                ("specimen-\($0)", String(decoding: $1.bytes, as: UTF8.self))
            })
        func object(_ number: Int, _ day: String, _ changes: (String, String)...) throws -> String {
            let epoch = 1_614_571_500_000 + 86_400_000 * ((Int64(day.suffix(2)) ?? 1) - 1)
            let good = Sample.object(
                id: "\(3_100_000 + number)", name: "(2021 A\(number))", date: day, epoch: epoch,
                full: "2021-Mar-\(day.suffix(2)) 04:05")
            return try changes.reduce(good) { try $0.changing($1.0, to: $1.1) }
        }
        // Each record of the first body breaks a rule, but for the good ones between them; texts with tabs, quotes and
        // backslashes are none.
        bodies["records"] = Sample.feed([
            (
                "2021-03-01",
                [
                    try object(1, "2021-03-01"),
                    try object(
                        2, "2021-03-01", (#""10.0000000000","kilometers_per_hour""#, #""-10.0","kilometers_per_hour""#)),
                    try object(3, "2021-03-01", (#""id":"3100003""#, #""id":"""#)),
                    try object(4, "2021-03-01", (#""name":"(2021 A4)""#, #""name":"a\u0000b\tc\n""#)),
                    try object(5, "2021-03-01", (#""absolute_magnitude_h":20.0"#, #""absolute_magnitude_h":"bright""#)),
                    try object(6, "2021-03-01", (#""orbiting_body":"Earth""#, #""orbiting_body":null"#)),
                    try object(7, "2021-03-01", (#""name":"(2021 A7)""#, #""name":"O'Neill \"\\N\" \\ ünï 🪐""#)),
                    try object(8, "2021-03-01", (#""absolute_magnitude_h":20.0"#, #""absolute_magnitude_h":null"#)),
                ]
            )
        ])
        // Refused as a whole: a wrong count, an approach that occurs twice, too many bad records.
        bodies["count"] = Sample.feed([("2021-03-02", [try object(11, "2021-03-02")])], count: 7)
        bodies["twice"] = Sample.feed([("2021-03-03", [try object(12, "2021-03-03"), try object(12, "2021-03-03")])])
        bodies["share"] = Sample.feed([
            (
                "2021-03-04",
                try (20..<28).map {
                    try object($0, "2021-03-04", (#""kilometers":"14959787.000000000""#, #""kilometers":"far""#))
                }
            )
        ])
        // Nothing at all, a day without approaches, an object with its orbit, one whose orbit is impossible, and a page
        // of the catalog.
        bodies["empty"] = Sample.feed([("2021-03-05", [])])
        bodies["lookup"] = try Sample.lookup(id: "3200001")
        bodies["orbit"] = try Sample.lookup(
            id: "3200002",
            orbit: Sample.orbit.changing(#""eccentricity":".1998442218734283""#, to: #""eccentricity":"-3""#))
        bodies["page"] = Sample.browse([try object(41, "2021-03-06"), try object(42, "2021-03-07")], page: 3, pages: 9)
        return bodies
    }

    /// A folder with the bodies as files of one age.
    private static func write() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, text) in try bodies() {
            let path = folder("\(name).json")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_790_000_000)], ofItemAtPath: path)
        }
        return folder
    }

    /// What a store and its landing zone have of the bodies.
    private struct Content {
        var hash: String
        var figures: [String: Int]
        var quarantine: [String]
        var quality: [String]
        var errors: [String]
        var processed: [String: Data]
    }

    private static func content(
        _ place: Workplace, _ raw: TemporaryFolder, _ processed: () async throws -> [String: Data]
    ) async throws -> Content {
        // Some are refused.
        let run = try await place.json("run", "--raw", raw.path, status: 65)
        let number: Int = try run["run"]
        let summary: [String: Any] = try await place.json("status", "--hash")["summary"]
        let quarantine = try await place.json("quarantine", "list", "--all").list("entries").map { entry in
            try ["batch", "rule", "path", "value", "reason", "record", "status", "raw_file", "raw_sha256"].map {
                try entry[$0] as String
            }.joined(
                separator: "|")
        }
        let quality = try await place.json("show", "\(number)").list("quality").map { result in
            let (batch, rule, detail): (String, String, String) = (
                try result["batch"], try result["rule"], try result["detail"]
            )
            return
                "\(batch) \(rule) \(try result["passed"] as Bool) \(try result["checked"] as Int) \(try result["failed"] as Int) \(detail)"
        }
        return Content(
            hash: try await place.contentHash(), figures: summary.compactMapValues { $0 as? Int },
            quarantine: quarantine.sorted(), quality: quality.sorted(),
            errors: try run.list("failures").map { try $0["message"] }.sorted(), processed: try await processed())
    }

    /// The processed files of a landing folder.
    private static func folder(_ place: Workplace) throws -> [String: Data] {
        try Dictionary(
            uniqueKeysWithValues: place.landed("nasa_neo_processed_").map {
                ($0, try place.bytes("\(Workplace.landing)/\($0)"))
            })
    }

    private static func embedded(_ raw: TemporaryFolder) async throws -> Content {
        let place = try Workplace()
        let content = try await content(place, raw) { try folder(place) }
        // What it is compared for must be there.
        #expect(
            content.quarantine.count >= 12 && content.errors.count == 3 && content.figures["orbits"] ?? 0 > 0,
            "\(content)")
        #expect(content.processed.count == (try bodies().count))
        return content
    }

    private static func expectSame(_ content: Content, as embedded: Content) {
        #expect(content.hash == embedded.hash)
        #expect(content.figures == embedded.figures)
        #expect(content.quarantine == embedded.quarantine)
        #expect(content.quality == embedded.quality)
        #expect(content.errors == embedded.errors)
        #expect(content.processed == embedded.processed)
    }

    @Test("From a folder, on each store", arguments: SparkTests.stores)
    func stores(server: TestServer?) async throws {
        let cluster = try #require(SparkCluster.shared)
        let raw = try Self.write()
        let place = try await SparkTests.place(server, "http://127.0.0.1:1", cluster)
        try await Self.expectSame(Self.content(place, raw) { try Self.folder(place) }, as: Self.embedded(raw))
    }

    @Test("From S3", arguments: TestS3.all)
    func buckets(service: TestS3) async throws {
        let cluster = try #require(SparkCluster.shared)
        let raw = try Self.write()
        let prefix = service.newPrefix()
        let place = try Workplace(
            environment: SparkTests.environment(cluster).merging(service.environment()) { $1 }.merging([
                "PERIGEE_LANDING": prefix
            ]) { $1 })
        let content = try await Self.content(place, raw) {
            let script = """
                import json
                bucket, prefix = sys.argv[1][5:].split("/", 1)
                keys = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix=prefix + "/nasa_neo_processed_")["Contents"]]
                print(json.dumps({k.rsplit("/", 1)[1]: s3.get_object(Bucket=bucket, Key=k)["Body"].read().decode() for k in keys}))
                """
            let files = try JSONDecoder().decode(
                [String: String].self, from: Data(try await service.boto3(script, prefix).utf8))
            return files.mapValues { Data($0.utf8) }
        }
        try await Self.expectSame(content, as: Self.embedded(raw))
    }
}
