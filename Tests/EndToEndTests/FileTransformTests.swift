import Foundation
import PerigeeTesting
import Testing

/// `perigee transform PATH...`: raw bodies to CSV, without a store.
struct FileTransformTests {
    /// A place with a body of two approaches as `first.json` and one of three as `second.json`.
    private static func place() throws -> Workplace {
        let place = try Workplace()
        try Sample.detailed.write(toFile: place.folder("first.json"), atomically: true, encoding: .utf8)
        try Sample.week.write(toFile: place.folder("second.json"), atomically: true, encoding: .utf8)
        return place
    }

    @Test("Bodies come out with every digit, in the order of the paths; a folder in that of its names")
    func everyDigit() async throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.folder("in"), withIntermediateDirectories: true)
        let paths = Specimen.all.indices.map { "in/\($0).json" }
        for (path, body) in zip(paths, Specimen.all) {
            try Data(body.bytes).write(to: URL(fileURLWithPath: place.folder(path)))
        }
        let bodies = try Specimen.all.map { try NeoWsBody(Data($0.bytes)) }
        let named = try await Program.run(["transform"] + paths, in: place.folder.path)
        #expect(named.status == 0)
        #expect(named.errors.isEmpty)
        let lines = try #require(CSVReader.lines(Array(named.output.utf8)))
        #expect(lines.count == 1 + Specimen.all.reduce(0) { $0 + $1.objects })
        #expect(Array(lines.dropFirst()) == bodies.flatMap(\.rows))
        #expect(try await place.perigee("transform", "in").output == named.output)
        #expect(try await place.perigee("transform", "in", "--output", "-").output == named.output)
        let turned = try await Program.run(["transform"] + paths.reversed(), in: place.folder.path)
        #expect(
            CSVReader.lines(Array(turned.output.utf8))?.dropFirst().map(\.self) == bodies.reversed().flatMap(\.rows))
        #expect(try place.folder.files() == paths)
    }

    @Test("A file is what a run's processed CSV is, byte for byte; the manifests in a landing zone are left alone")
    func sameAsRun() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let summary = try await place.json("transform", "data/landing", "--output", "out.csv")
        #expect(try summary["schema"] == "perigee.transform/1")
        #expect(try await summary["rows"] == Replay.week.count)
        #expect(try summary["files"] == 1)
        #expect(try place.bytes("out.csv") == place.bytes("data/landing/nasa_neo_processed_2020-02-10.csv"))
        let approaches = try await place.perigee("approaches", "--csv", "--sort", "name")
        let published = approaches.output.components(separatedBy: "\r\n").filter { $0.count > 1 }.sorted()
        #expect(
            published
                == String(decoding: try place.bytes("out.csv"), as: UTF8.self).components(separatedBy: "\r\n").filter {
                    !$0.isEmpty
                }.sorted())
    }

    @Test("Bad files among good ones: 65, each named with byte and path, the good rows there, no temporary file left")
    func garbageAmongGood() async throws {
        let place = try Self.place()
        try FileManager.default.createDirectory(atPath: place.folder("in"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: place.folder("first.json"), toPath: place.folder("in/b.json"))
        let body = try place.bytes("second.json")
        let bad: [String: Data] = [
            "a.json": Data("\0\u{FF}{{{ not json".utf8), "c.json": body.prefix(body.count / 2), "d.json": Data(),
            "e.json": Data(#"{"error":{"code":"OVER_RATE_LIMIT","message":"later"}}"#.utf8),
            "f.json": Data("[1,2]".utf8),
        ]
        for (name, data) in bad { try data.write(to: URL(fileURLWithPath: place.folder("in/\(name)"))) }
        try "not looked at".write(toFile: place.folder("in/readme.txt"), atomically: true, encoding: .utf8)
        let run = try await place.perigee("transform", "in", "--output", "out.csv", "--json")
        #expect(run.status == 65)
        let summary = Answer(try run.json())
        #expect(try summary["files"] == 6)
        #expect(try summary["unreadable_files"] == 5)
        #expect(try summary["rows"] == 2)
        for name in bad.keys { #expect(run.errors.contains("in/\(name): "), "\(run.errors)") }
        #expect(run.errors.components(separatedBy: "(byte ").count - 1 == bad.count, "\(run.errors)")
        #expect(run.errors.contains("in/c.json: the body ends too early"))
        let good = try await place.perigee("transform", "first.json")
        #expect(try place.bytes("out.csv") == Data(good.output.utf8))
        #expect(try place.folder.files().filter { !$0.hasPrefix("in/") } == ["first.json", "out.csv", "second.json"])
    }

    @Test("A bad record is left out and named; the exit code says so")
    func badRecord() async throws {
        let place = try Workplace()
        let spoilt = try Sample.object().changing(
            #""kilometers_per_second":"10.0000000000""#, to: #""kilometers_per_second":"fast""#)
        let bodies = Sample.day(spoilt, Sample.object(id: "3000002"), Sample.object(id: "3000003"))
        try bodies.write(toFile: place.folder("week.json"), atomically: true, encoding: .utf8)
        let run = try await place.perigee("transform", "week.json")
        #expect(run.status == 65)
        #expect(CSVReader.lines(Array(run.output.utf8))?.dropFirst().map { $0[0] } == ["3000002", "3000003"])
        #expect(run.errors.contains("relative_velocity.kilometers_per_second: field-type: "))
        #expect(run.errors.contains("error: 0 unreadable files, 1 rejected record"), "\(run.errors)")
        let quiet = try await place.perigee("transform", "--quiet", "week.json")
        #expect(quiet.status == 65 && quiet.errors.contains("1 rejected record"), "\(quiet.errors)")
        #expect(!quiet.errors.contains("warning:"), "\(quiet.errors)")
    }

    @Test(
        "Nothing to read: 64 for an empty folder, 74 for an absent file or a place that can't be written to; an older file stays"
    )
    func nothing() async throws {
        let place = try Self.place()
        try FileManager.default.createDirectory(atPath: place.folder("in"), withIntermediateDirectories: true)
        try "older".write(toFile: place.folder("out.csv"), atomically: true, encoding: .utf8)
        #expect(try await place.perigee("transform", "in", "--output", "out.csv").status == 64)
        #expect(try await place.perigee("transform", "absent.json", "--output", "out.csv").status == 74)
        #expect(try await place.perigee("transform", "first.json", "--output", "absent/out.csv").status == 74)
        #expect(try place.bytes("out.csv") == Data("older".utf8))
        #expect(try place.folder.files() == ["first.json", "out.csv", "second.json"])
    }
}
