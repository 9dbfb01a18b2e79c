import Foundation
import PerigeeTesting
import Testing

/// What is judged and not yet published survives a move into another store.
struct CarriedOverTests {
    /// The ways into another store.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case copy, backup
        var testDescription: String { rawValue }
    }

    private static let sky = (1...5).map { Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)") }
    private static let target = "sqlite:data/target.sqlite"

    private static func move(_ place: Workplace, _ way: Way) async throws {
        _ = try await place.json("extract", "--from", "2020-02-01", "--to", "2020-02-05")
        _ = try await place.json("transform", "--from", "2020-02-01", "--to", "2020-02-05")
        _ = try await place.json("audit", "--from", "2020-02-01", "--to", "2020-02-05")
        switch way {
        case .copy: _ = try await place.json("copy", "--from", "sqlite:\(Workplace.store)", "--to", target)
        case .backup:
            _ = try await place.json("backup", "--output", "backup")
            _ = try await place.json("restore", "backup", "--store", target)
        }
    }

    @Test(
        "An audited batch is published in the other store as it would have been in the first one",
        arguments: Way.allCases)
    func publish(way: Way) async throws {
        try await Sky.serve(Self.sky) { _, place in
            try await Self.move(place, way)
            let published = try await place.json(
                "publish", "--from", "2020-02-01", "--to", "2020-02-05", "--store", Self.target)
            #expect(try published["rows.inserted"] == 5)
            #expect(try await place.ids("--store", Self.target) == (1...5).map { "300000\($0)" })
        }
    }

    @Test("What `quality` vouches for there is there", arguments: Way.allCases)
    func quality(way: Way) async throws {
        try await Sky.serve(Self.sky) { _, place in
            try await Self.move(place, way)
            let before = try await place.json(
                "quality", "--from", "2020-02-01", "--to", "2020-02-05", "--store", Self.target, status: 65)
            #expect(try (before["missing_days"] as [String]).count == 5)
            _ = try await place.perigee("publish", "--from", "2020-02-01", "--to", "2020-02-05", "--store", Self.target)
            let after = try await place.json(
                "quality", "--from", "2020-02-01", "--to", "2020-02-05", "--store", Self.target)
            #expect(try after["approaches"] == 5)
        }
    }

    @Test("A backup replaces an earlier backup, and nothing else")
    func replaces() async throws {
        try await Sky.serve([Sky.Approach(id: "3000001", day: "2020-02-01")]) { _, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            try Data("mine".utf8).write(to: URL(fileURLWithPath: place.folder("mine")))
            #expect(try await place.perigee("backup", "--output", "mine").status == 74)
            #expect(try place.bytes("mine") == Data("mine".utf8))
            #expect(try await place.perigee("backup", "--output", "data/perigee.sqlite").status == 74)
            _ = try await place.json("backup", "--output", "backup")
            _ = try await place.json("backup", "--output", "backup")
        }
    }

    @Test("A backup is not a store: looking at it leaves it as it is")
    func look() async throws {
        try await Sky.serve(Self.sky) { _, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            _ = try await place.json("backup", "--output", "backup")
            #expect(try await place.perigee("status", "--store", "sqlite:backup").status == 74)
            _ = try await place.json("restore", "backup", "--store", Self.target)
            #expect(try await place.contentHash(of: Self.target) == place.contentHash())
        }
    }

    @Test("What is not a backup is not restored", arguments: ["", "SELECT 1", "CREATE TABLE other (x)"])
    func noBackup(sql: String) async throws {
        try await Sky.serve(Self.sky) { _, place in
            let make = sql == "SELECT 1" ? "echo text > file" : "sqlite3 file '\(sql)'; touch file"
            let made = try Started(
                executable: "/bin/sh", arguments: ["-c", "\(make); sha256sum file > file.sha256"],
                folder: place.folder.path, environment: [:])
            #expect(await made.outcome().status == 0)
            #expect(try await place.perigee("restore", "file", "--store", Self.target).status == 65)
        }
    }
}
