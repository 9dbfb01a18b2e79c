import Foundation
import GRDB
import PerigeeTesting
import Testing
import Transform

/// What users query, as docs/data-dictionary.md describes it.
struct DictionaryTests {
    private static let page = "docs/data-dictionary.md"

    @Test(
        "Every table and view is there, with every column and its type",
        arguments: [
            "nasa_neo_data", "nasa_neo_history", "nasa_neo_seen", "nasa_neo_observations", "nasa_neo_orbits",
            "nasa_neo_orbits_history", "nasa_neo_quarantine",
        ])
    func columns(table: String) async throws {
        let folder = try TemporaryFolder()
        let made = try await Program.run(["migrate", "--store", "sqlite:\(folder("neo.sqlite"))"], in: folder.path)
        #expect(made.status == 0, "\(made.errors)")
        let database = try DatabaseQueue(path: folder("neo.sqlite"))
        let columns = try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT name, type FROM pragma_table_info(?)", arguments: [table])
                .map { (name: $0["name"] as String, type: $0["type"] as String) }
        }
        #expect(columns.count >= 10)
        let page = try Pages.text(Self.page)
        #expect(page.contains("`\(table)`"), "\(table) is missing in \(Self.page)")
        for column in columns {
            // A column that a view computes has no type of its own in SQLite.
            let line = page.split(separator: "\n").first { line in
                line.hasPrefix("| `") && line.contains("`\(column.name)`")
                    && (column.type.isEmpty || line.contains("| \(column.type) |"))
            }
            #expect(line != nil, "column \(column.name) \(column.type) of \(table) is missing in \(Self.page)")
        }
    }

    @Test func theHeaderOfTheProcessedCSVIsThere() throws {
        #expect(try Pages.text(Self.page).contains("\n\(ProcessedCSV.columns.joined(separator: ","))\n"))
    }
}
