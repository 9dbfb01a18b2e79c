import Foundation
import GRDB
import PerigeeTesting
import Testing

/// The table that users know, as README.md describes it.
@Suite struct TableTests {
    @Test func everyColumnIsInTheReadmeWithItsType() async throws {
        let folder = try TemporaryFolder()
        // Nothing listens there: the run fails, the store it made has its tables.
        _ = try await Program.run(
            [
                "run", "--api-url", "http://127.0.0.1:9/neo/rest/v1", "--attempts", "1", "--store",
                "sqlite:\(folder("neo.sqlite"))",
            ], in: folder.path)
        let database = try DatabaseQueue(path: folder("neo.sqlite"))
        let columns = try await database.read {
            try $0.columns(in: "nasa_neo_data").map { (name: $0.name, type: $0.type) }
        }
        let readme = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "../../README.md"), encoding: .utf8)
        #expect(columns.count >= 20)
        for column in columns {
            let line = readme.split(separator: "\n").first {
                $0.hasPrefix("| `") && $0.contains("`\(column.name)`") && $0.contains("| \(column.type) |")
            }
            #expect(line != nil, "column \(column.name) \(column.type) is missing in README.md")
        }
    }

    @Test(arguments: [
        "nasa_neo_seen", "nasa_neo_observations", "nasa_neo_history", "nasa_neo_orbits", "nasa_neo_quarantine",
    ])
    func everythingToQueryIsThereAndInTheReadme(_ name: String) async throws {
        let folder = try TemporaryFolder()
        _ = try await Program.run(["migrate", "--store", "sqlite:\(folder("neo.sqlite"))"], in: folder.path)
        let database = try DatabaseQueue(path: folder("neo.sqlite"))
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(name)") } == 0)
        let readme = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "../../README.md"), encoding: .utf8)
        #expect(readme.contains("`\(name)`"))
    }
}
