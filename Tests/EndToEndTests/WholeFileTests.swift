import Foundation
import GRDB
import PerigeeTesting
import Testing

/// A SQLite store is one file: after each command it alone holds everything.
struct WholeFileTests {
    private static func sample(_ body: @escaping @Sendable (Workplace, String) async throws -> Void) async throws {
        let lookup = Sample.object(id: "3000001")
        try await CannedServer.serve(
            path: "/neo/rest/v1", { asked, _ in .json(asked.uri.contains("/feed") ? Sample.week : lookup) }
        ) { _, url in
            try await body(try Workplace(service: url), url)
        }
    }

    @Test("After any command a copy of the file alone has the same content")
    func alone() async throws {
        try await Self.sample { place, _ in
            let commands = [
                ["migrate"], ["run", "--from", "2020-02-03", "--to", "2020-02-04"],
                ["run", "--from", "2020-02-03", "--to", "2020-02-04", "--refresh"],
                ["lookup", "3000001"], ["extract", "--from", "2020-02-05", "--to", "2020-02-06"], ["approaches"],
                ["status"], ["quality"], ["runs"],
                ["backup", "--output", "b.backup"], ["doctor"],
            ]
            for command in commands {
                _ = try await Program.run(command, in: place.folder.path, environment: place.environment)
                let log = try? place.bytes(Workplace.store + "-wal")
                #expect(log?.isEmpty ?? true, "\(command)")
            }
            try FileManager.default.copyItem(
                atPath: place.folder(Workplace.store), toPath: place.folder("alone.sqlite"))
            let hash = try await place.contentHash()
            #expect(try await place.json("status", "--hash", "--store", "sqlite:alone.sqlite")["content_hash"] == hash)
        }
    }

    @Test("A file that was copied alone, beside a reader that stayed open, is whole")
    func besideAReader() async throws {
        try await Self.sample { place, _ in
            try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-04")
            let reader = try DatabaseQueue(path: place.folder(Workplace.store))
            try await reader.read { _ = try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM nasa_neo_data") }
            try await place.perigee("lookup", "3000001")
            try FileManager.default.copyItem(
                atPath: place.folder(Workplace.store), toPath: place.folder("alone.sqlite"))
            let hash = try await place.contentHash()
            try reader.close()
            #expect(try await place.json("status", "--hash", "--store", "sqlite:alone.sqlite")["content_hash"] == hash)
        }
    }

    @Test("Restoring leaves the backup as it is, in WAL mode too, and can be done again", arguments: ["DELETE", "WAL"])
    func restore(mode: String) async throws {
        try await Self.sample { place, _ in
            try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-04")
            let hash = try await place.contentHash()
            try await place.perigee("backup", "--output", "b.backup")
            let database = try DatabaseQueue(path: place.folder("b.backup"))
            try await database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = \(mode)") }
            try database.close()
            let digest = await
                (try Started(
                    executable: "/usr/bin/sha256sum", arguments: ["b.backup"], folder: place.folder.path,
                    environment: [:])).outcome()
            try Data(digest.output.utf8).write(to: URL(fileURLWithPath: place.folder("b.backup.sha256")))
            let before = try place.bytes("b.backup")
            for number in 1...2 {
                #expect(
                    try await place.json("restore", "b.backup", "--store", "sqlite:restored\(number).sqlite")[
                        "content_hash"] == hash)
                #expect(try place.bytes("b.backup") == before)
            }
            let beside = try place.folder.files().filter { $0.contains("b.backup-") }
            #expect(beside.isEmpty)
        }
    }
}
