import Foundation
import PerigeeTesting
import Testing

/// `perigee transform PATH...`: raw bodies to CSV, without a store.
@Suite(.enabled(if: Shared.isAvailable, "\(Shared.notice)"))
struct FileTransformTests {
    private static let captures = Shared.folder + "/neows/captures"
    private static let first = captures + "/feed_2015-09-07_2015-09-10_detailed.json"
    private static let second = captures + "/feed_2023-11-29_2023-12-06.json"

    @Test("Recorded bodies come out with every digit, in the order of the paths; a folder in that of its names")
    func captured() async throws {
        let place = try Workplace()
        let bodies = try [Self.first, Self.second].map { try NeoWsBody(Data(contentsOf: URL(fileURLWithPath: $0))) }
        let named = try await place.perigee("transform", Self.first, Self.second)
        #expect(named.status == 0)
        #expect(named.errors.isEmpty)
        let lines = try #require(CSVReader.lines(Array(named.output.utf8)))
        #expect(lines.count == 1 + 37 + 129)
        #expect(Array(lines.dropFirst()) == bodies[0].rows + bodies[1].rows)
        #expect(try await place.perigee("transform", Self.captures).output == named.output)
        #expect(try await place.perigee("transform", Self.captures, "--output", "-").output == named.output)
        let turned = try await place.perigee("transform", Self.second, Self.first)
        #expect(CSVReader.lines(Array(turned.output.utf8))?.dropFirst().map(\.self) == bodies[1].rows + bodies[0].rows)
        #expect(try place.folder.files() == [])
    }

    @Test("A file is what a run's processed CSV is, byte for byte; the manifests in a landing zone are left alone")
    func sameAsRun() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let summary = try await place.json("transform", "data/landing", "--output", "out.csv")
        #expect(try summary["schema"] == "perigee.transform/1")
        #expect(try summary["rows"] == 135)
        #expect(try summary["files"] == 1)
        #expect(try place.bytes("out.csv") == place.bytes("data/landing/nasa_neo_processed_2020-02-10.csv"))
        let approaches = try await place.perigee("approaches", "--csv", "--sort", "name")
        let published = approaches.output.components(separatedBy: "\r\n").filter { $0.count > 1 }.sorted()
        #expect(published == String(decoding: try place.bytes("out.csv"), as: UTF8.self).components(separatedBy: "\r\n").filter { !$0.isEmpty }.sorted())
    }

    @Test("Bad files among good ones: 65, each named with byte and path, the good rows there, no temporary file left")
    func garbageAmongGood() async throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.folder("in"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Self.first, toPath: place.folder("in/b.json"))
        let body = try Data(contentsOf: URL(fileURLWithPath: Self.second))
        let bad: [String: Data] = [
            "a.json": Data("\0\u{FF}{{{ not json".utf8), "c.json": body.prefix(body.count / 2), "d.json": Data(),
            "e.json": Data(#"{"error":{"code":"OVER_RATE_LIMIT","message":"later"}}"#.utf8), "f.json": Data("[1,2]".utf8),
        ]
        for (name, data) in bad { try data.write(to: URL(fileURLWithPath: place.folder("in/\(name)"))) }
        try "not looked at".write(toFile: place.folder("in/readme.txt"), atomically: true, encoding: .utf8)
        let run = try await place.perigee("transform", "in", "--output", "out.csv", "--json")
        #expect(run.status == 65)
        let summary = Answer(try run.json())
        #expect(try summary["files"] == 6)
        #expect(try summary["unreadable_files"] == 5)
        #expect(try summary["rows"] == 37)
        for name in bad.keys { #expect(run.errors.contains("in/\(name): ") && run.errors.contains("(byte "), "\(run.errors)") }
        #expect(run.errors.contains("in/c.json: the body ends too early"))
        let good = try await place.perigee("transform", Self.first)
        #expect(try place.bytes("out.csv") == Data(good.output.utf8))
        #expect(try place.folder.files().filter { !$0.hasPrefix("in/") } == ["out.csv"])
    }

    @Test("A bad record is left out and named; the exit code says so")
    func badRecord() async throws {
        let place = try Workplace()
        let body = String(decoding: try Shared.capture("feed_2023-11-29_2023-12-06.json"), as: UTF8.self)
        let speed = try #require(body.range(of: #""kilometers_per_second" ?: ?"[0-9.]+""#, options: .regularExpression))
        let spoilt = body.replacingCharacters(in: speed, with: #""kilometers_per_second":"fast""#)
        try spoilt.write(toFile: place.folder("week.json"), atomically: true, encoding: .utf8)
        let run = try await place.perigee("transform", "week.json")
        #expect(run.status == 65)
        #expect(CSVReader.lines(Array(run.output.utf8))?.count == 129)
        #expect(run.errors.contains("relative_velocity.kilometers_per_second: field-type: "))
        #expect(run.errors.contains("1 rejected record"))
    }

    @Test("Nothing to read: 64 for an empty folder, 74 for an absent file or a place that can't be written to; an older file stays")
    func nothing() async throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.folder("in"), withIntermediateDirectories: true)
        try "older".write(toFile: place.folder("out.csv"), atomically: true, encoding: .utf8)
        #expect(try await place.perigee("transform", "in", "--output", "out.csv").status == 64)
        #expect(try await place.perigee("transform", "absent.json", "--output", "out.csv").status == 74)
        #expect(try await place.perigee("transform", Self.first, "--output", "absent/out.csv").status == 74)
        #expect(try place.bytes("out.csv") == Data("older".utf8))
        #expect(try place.folder.files() == ["out.csv"])
    }
}
