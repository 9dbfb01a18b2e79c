import Foundation
import PerigeeTesting
import Testing

/// The program on each real database server that was started, one test at a time: what holds on SQLite holds there.
@Suite(
    .serialized, .enabled(if: Shared.isAvailable, "\(Shared.notice)"),
    .enabled(if: !TestServer.all.isEmpty, "\(TestServer.notice)"))
enum ServerTests {}

extension TestServer: CustomTestStringConvertible {}

/// A private folder with `perigee` run in it, whose store is a database of its own on a server.
struct ServerPlace {
    let server: TestServer
    /// The database's URL.
    let url: String
    let place: Workplace

    init(_ server: TestServer, service: String? = nil) async throws {
        let (url, environment) = try await server.makeDatabase()
        self.server = server
        self.url = url
        place = try Workplace(service: service, environment: environment.merging(["PERIGEE_STORE": url]) { $1 })
    }

    /// The single number that a query gives, asked with the server's own client.
    func count(_ sql: String) async throws -> Int {
        try await server.ask(sql, in: url).first.flatMap(Int.init) ?? -1
    }

    /// The tables, as a backup has them.
    func tables() async throws -> ArchivedTables {
        let name = "backup-\(UUID().uuidString)"
        _ = try await place.json("backup", "--output", name)
        return try ArchivedTables(String(decoding: try place.bytes(name), as: UTF8.self))
    }

    /// The store holds the year as if nothing had happened on the way: once, without history, with nothing left over.
    func expectUndisturbed(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let year = try await UndisturbedYear.shared
        let tables = try await tables()
        #expect(try tables.column("source_record", of: "nasa_neo_data").compactMap(\.self).sorted() == year.records, comment, sourceLocation: sourceLocation)
        #expect(try tables.rows("nasa_neo_history").isEmpty, comment, sourceLocation: sourceLocation)
        #expect(try Set(tables.column("state", of: "perigee_batches")) == ["published"], comment, sourceLocation: sourceLocation)
        #expect(try tables.rows("perigee_batches").count == 46, comment, sourceLocation: sourceLocation)
        #expect(try Set(tables.column("lease_run", of: "perigee_batches")) == [nil], comment, sourceLocation: sourceLocation)
        #expect(try await count("SELECT COUNT(*) FROM perigee_staging") == 0, comment, sourceLocation: sourceLocation)
        #expect(try await place.contentHash() == year.contentHash, comment, sourceLocation: sourceLocation)
    }
}

/// What a server's backup holds, read without Perigee.
struct ArchivedTables {
    private var tables: [String: (columns: [String], rows: [[String?]])] = [:]

    init(_ text: String) throws {
        var current = ""
        for line in text.split(separator: "\n") {
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            if let row = value as? [Any] {
                tables[current]?.rows.append(row.map { $0 as? String })
            } else if let header = value as? [String: Any], let table = header["table"] as? String, let columns = header["columns"] as? [String] {
                current = table
                tables[table] = (columns, [])
            }
        }
    }

    func rows(_ table: String) throws -> [[String: String?]] {
        guard let (columns, rows) = tables[table] else { throw Failure(message: "no table \(table)") }
        return rows.map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    }

    func column(_ column: String, of table: String) throws -> [String?] {
        try rows(table).map { row in
            guard let value = row[column] else { throw Failure(message: "no column \(column) in \(table)") }
            return value
        }
    }
}
