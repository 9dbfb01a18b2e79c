import Foundation
import PerigeeTesting
import Testing

/// A store that the release before the evidence log left (`Tests/Fixtures/StoreOfStep2`) goes on as if it had always
/// been one of today's.
struct MigrationTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../Fixtures/StoreOfStep2"
    )
    .standardizedFileURL

    /// Where an old store is: its URL, and what `perigee` has to find in its environment.
    struct Old: Sendable, CustomTestStringConvertible {
        let server: TestServer?
        var testDescription: String { server?.testDescription ?? "sqlite" }
        static let all = [Old(server: nil)] + TestServer.all.map(Old.init)

        /// A workplace whose store is such an old one.
        func place(_ service: String = "http://127.0.0.1:1") async throws -> (Workplace, url: String) {
            func script(_ name: String) throws -> String {
                try String(contentsOf: fixtures.appendingPathComponent(name), encoding: .utf8)
            }
            guard let server else {
                let place = try Workplace(service: service, environment: ["PERIGEE_STORE": "sqlite:old.sqlite"])
                try Data(try (script("sqlite.sql") + script("rows.sql")).utf8).write(
                    to: URL(fileURLWithPath: place.folder("old.sql")))
                let client = try Started(
                    executable: "/usr/bin/env", arguments: ["sqlite3", "-bail", "old.sqlite", ".read old.sql"],
                    folder: place.folder.path, environment: [:])
                let outcome = await client.outcome()
                guard outcome.status == 0 else { throw Failure(message: "sqlite3: \(outcome.errors)") }
                return (place, "sqlite:old.sqlite")
            }
            let (url, environment) = try await server.makeDatabase()
            let database = url.split(separator: "/").last.map(String.init) ?? ""
            try await server.ask(
                try script(server.name == "postgres" ? "postgres.sql" : "mysql.sql") + script("rows.sql"),
                database: database)
            return (
                try Workplace(service: service, environment: environment.merging(["PERIGEE_STORE": url]) { $1 }), url
            )
        }
    }

    /// The service that the old store was filled from, as it was when the last answer came.
    private static func service(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let objects: [(id: String, name: String, day: String, hazardous: Bool)] = [
            ("3000001", "(2020 AA1)", "2020-02-03", false), ("3000002", "(2020 AB2)", "2020-02-03", false),
            ("3000003", "(2020 AC3)", "2020-02-04", false),
            ("3000004", "(2020 AD4)", "2020-02-05", true),
        ]
        let days = ["03", "04", "05", "06", "07", "08", "09", "10"].map { day in
            (
                "2020-02-\(day)",
                objects.filter { $0.day == "2020-02-\(day)" }.map { one in
                    let day = String(one.day.suffix(2))
                    let epoch = 1_580_702_700_000 + Int64((Int(day) ?? 3) - 3) * 86_400_000
                    return Sample.object(
                        id: one.id, name: one.name, date: one.day, epoch: epoch, full: "2020-Feb-\(day) 04:05",
                        hazardous: one.hazardous)
                }
            )
        }
        let feed = Sample.feed(days)
        try await CannedServer.serve({ _ in .json(feed) }) { _, url in try await body(url) }
    }

    /// Rows of a store, by way of a copy in SQLite.
    private static func rows(_ sql: String, of place: Workplace) async throws -> [String] {
        let name = "copy-\(UUID().uuidString).sqlite"
        _ = try await place.json("copy", "--from", place.environment["PERIGEE_STORE"] ?? "", "--to", "sqlite:\(name)")
        let client = try Started(
            executable: "/usr/bin/env", arguments: ["sqlite3", name, sql], folder: place.folder.path, environment: [:])
        return await client.outcome().output.split(separator: "\n").map(String.init)
    }

    /// Of the content: an orbit's perihelion time has more digits than SQLite's old schema kept.
    private static func hash(_ old: Old) -> String {
        old.server == nil
            ? "e4e0ef204bdcbe8cd7a43603724f0b958eed379dc9be5ffb08ddefe07509b028"
            : "72f1c114e68df40e9848013cb254a98304528f19c5193d2c1ade948fda60d999"
    }
    private static let live =
        "SELECT id, orbiting_body, observation_date, is_potentially_hazardous_asteroid, source, first_seen FROM nasa_neo_data ORDER BY 1, 3"
    private static let history =
        "SELECT id, orbiting_body, observation_date, is_potentially_hazardous_asteroid, change_kind FROM nasa_neo_history ORDER BY 1, 3, superseded_at"

    @Test("`migrate` keeps the approaches", arguments: Old.all)
    func approaches(old: Old) async throws {
        let (place, _) = try await old.place()
        try await place.perigee("migrate")
        #expect(
            try await Self.rows(Self.live, of: place) == [
                "3000001|Earth|2020-02-03|0|feed|2026-11-25 10:46:18.195",
                "3000001|Earth|2021-05-06|0|lookup|2026-11-25 10:46:18.974",
                "3000002|Earth|2020-02-03|0|feed|2026-11-25 10:46:18.195",
                "3000003|Earth|2020-02-04|0|feed|2026-11-25 10:46:18.195",
                "3000004|Earth|2020-02-05|1|feed|2026-11-25 10:46:18.195",
                "3000005|Earth|2020-02-12|0|feed|2026-11-25 10:46:18.744",
            ])
    }

    @Test("`migrate` keeps their history", arguments: Old.all)
    func versions(old: Old) async throws {
        let (place, _) = try await old.place()
        try await place.perigee("migrate")
        #expect(
            try await Self.rows(Self.history, of: place) == [
                "3000001|Venus|2020-02-05|0|retired", "3000001|Earth|2021-05-05|0|retired",
                "3000002|Earth|2020-02-03|0|revised",
                "3000002|Earth|2020-02-03|1|revised", "3000003|Earth|2020-02-04|0|retired",
                "3000004|Earth|2020-02-05|0|revised",
            ])
    }

    @Test("What else is asked of it is answered as before", arguments: Old.all)
    func looking(old: Old) async throws {
        let (place, _) = try await old.place()
        try await place.perigee("migrate")
        let status = try await place.json("status", "--hash")
        #expect(try status["summary.approaches"] == 6)
        #expect(try status["summary.revisions"] == 3)
        #expect(try status["summary.retired"] == 3)
        #expect(try status["summary.checkpoint"] == "2020-02-18")
        #expect(try status["summary.origin"] == "nasa")
        #expect(try await place.json("runs").list("runs").count == 8)
        #expect(try await place.json("quarantine").list("entries").map { try $0["spk_id"] as String } == ["3000006"])
        let quality = try await place.json("quality", "--from", "2020-02-03", "--to", "2020-02-12")
        #expect(try (quality["missing_days"] as [String]).isEmpty)
    }

    @Test("Its orbit keeps the digits that it had", arguments: Old.all)
    func orbit(old: Old) async throws {
        let (place, _) = try await old.place()
        try await place.perigee("migrate")
        let orbit = try await Self.rows("SELECT source_record FROM nasa_neo_orbits", of: place)
        #expect(orbit.count == 1)
        #expect(orbit[0].contains("2228359407071628,"))
        // SQLite has kept a Double.
        #expect(orbit[0].contains(old.server == nil ? "2461088.8312870553" : "2461088.831287055229"))
    }

    @Test("Every store ends with the same content, whatever the server", arguments: Old.all)
    func sameContent(old: Old) async throws {
        let (place, _) = try await old.place()
        try await place.perigee("migrate")
        #expect(try await place.contentHash() == Self.hash(old))
    }

    @Test("`run` migrates it by itself; identical answers change nothing", arguments: Old.all)
    func identical(old: Old) async throws {
        try await Self.service { url in
            let (place, _) = try await old.place(url)
            let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
            #expect(try run["rows.unchanged"] == 4)
            #expect(try run["rows.inserted"] == 0)
            #expect(try run["rows.revised"] == 0)
            #expect(try run["rows.retired"] == 0)
            #expect(try await place.contentHash() == Self.hash(old))
            #expect(try await Self.rows(Self.history, of: place).count == 6)
        }
    }

    @Test("A revision after it has the right history", arguments: Old.all)
    func revision(old: Old) async throws {
        let feed = Sample.feed([
            (
                "2020-02-03",
                [
                    Sample.object(id: "3000001", name: "(2020 AA1)", hazardous: true),
                    Sample.object(id: "3000002", name: "(2020 AB2)"),
                ]
            )
        ])
        try await CannedServer.serve({ _ in .json(feed) }) { _, url in
            let (place, _) = try await old.place(url)
            let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-03")
            #expect(try run["rows.revised"] == 1)
            #expect(try run["rows.unchanged"] == 1)
            let history = try await Self.rows(Self.history, of: place)
            #expect(history.count == 7)
            #expect(history.contains("3000001|Earth|2020-02-03|0|revised"))
        }
    }

    @Test("It can be copied before that", arguments: Old.all)
    func copied(old: Old) async throws {
        let (place, url) = try await old.place()
        #expect(
            try await place.json("copy", "--from", url, "--to", "sqlite:copy.sqlite")["content_hash"] == Self.hash(old))
    }

    @Test("An old backup is restored, and stays as it is")
    func restored() async throws {
        let (place, _) = try await Old(server: nil).place()
        let digest = try Started(
            executable: "/usr/bin/env", arguments: ["sha256sum", "old.sqlite"], folder: place.folder.path,
            environment: [:])
        try Data(await digest.outcome().output.utf8).write(to: URL(fileURLWithPath: place.folder("old.sqlite.sha256")))
        let before = try place.bytes("old.sqlite")
        #expect(
            try await place.json("restore", "old.sqlite", "--store", "sqlite:restored.sqlite")["content_hash"]
                == Self.hash(Old(server: nil)))
        #expect(try place.bytes("old.sqlite") == before)
    }

    @Test("It has the schema that a fresh store has", arguments: Old.all)
    func schema(old: Old) async throws {
        let (place, _) = try await old.place()
        try await place.perigee("migrate")
        let fresh = try await old.server?.makeDatabase().url ?? "sqlite:fresh.sqlite"
        try await place.perigee("migrate", "--store", fresh)
        let found = try await Self.schema(place.environment["PERIGEE_STORE"] ?? "", old, place)
        #expect(found.count > 200)
        #expect(try await found == Self.schema(fresh, old, place))
    }

    /// Columns and indexes, a line each, as the database's own client tells.
    private static func schema(_ url: String, _ old: Old, _ place: Workplace) async throws -> [String] {
        let database = url.split(separator: "/").last.map(String.init) ?? ""
        guard let server = old.server else {
            let sql = """
                SELECT m.type, m.name, c.* FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%';
                SELECT m.name, i.name, i."unique", c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c WHERE m.type = 'table';
                """
            let client = try Started(
                executable: "/usr/bin/env", arguments: ["sqlite3", String(url.dropFirst("sqlite:".count)), sql],
                folder: place.folder.path, environment: [:])
            return await client.outcome().output.split(separator: "\n").map(String.init).sorted()
        }
        let sql =
            server.name == "postgres"
            ? """
            SELECT concat_ws('|', table_name, column_name, data_type, is_nullable, column_default, character_maximum_length, numeric_precision, numeric_scale,
            is_identity) FROM information_schema.columns WHERE table_schema = 'public' UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            """
            : """
            SELECT concat_ws('|', table_name, column_name, column_type, is_nullable, column_default, extra, collation_name) FROM information_schema.columns
            WHERE table_schema = database() UNION ALL SELECT concat_ws('|', table_name, index_name, non_unique, seq_in_index, column_name)
            FROM information_schema.statistics WHERE table_schema = database()
            """
        return try await server.ask(sql, database: database).split(separator: "\n").map(String.init).sorted()
    }

    @Test("Broken off at any moment, the next command brings it to its end", arguments: Old.all)
    func brokenOff(old: Old) async throws {
        let (whole, _) = try await old.place()
        try await whole.perigee("migrate")
        let expected = try await Self.rows(Self.live + ";" + Self.history, of: whole)
        for milliseconds in [5, 20, 40, 60, 90, 140, 200, 300] {
            let (place, _) = try await old.place()
            let started = try place.start("migrate")
            try await Task.sleep(for: .milliseconds(milliseconds))
            started.signal(SIGKILL)
            _ = await started.outcome()
            try await place.perigee("migrate")
            let found = try await Self.rows(Self.live + ";" + Self.history, of: place)
            #expect(found == expected, "killed after \(milliseconds) ms")
        }
    }

    /// Databases that commit each change of the schema: there an upgrade can be broken off between two statements.
    private static let committing = Old.all.filter { ["mariadb", "mysql"].contains($0.server?.name) }

    /// The statements of such a database's last step, and the first of each kind: `DROP VIEW`, `ALTER ... RENAME`, ...
    private static let script: [String] = {
        let file = fixtures.appendingPathComponent("../../../Sources/Warehouse/Migrations/mysql-3-evidence.sql")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty }
    }()
    private static let kinds: [Int] = {
        var seen: Set<String> = []
        return script.indices.filter { index in
            let words = script[index].split { $0 == " " || $0 == "\n" }
            let change = words.first { ["RENAME", "ADD", "MODIFY", "DROP"].contains($0) } ?? ""
            return seen.insert("\(words[0]) \(words[1]) \(words[0] == "ALTER" ? change : "")").inserted
        }
    }()

    @Test(
        "Broken off between a statement and the note that it is done, the next command brings it to its end",
        arguments: committing)
    func brokenOffUnnoted(old: Old) async throws {
        #expect(Self.kinds.count > 10)
        guard let server = old.server else { return }
        let (whole, _) = try await old.place()
        try await whole.perigee("migrate")
        let expected = try await Self.rows(Self.live + ";" + Self.history, of: whole)
        for kind in Self.kinds {
            let (place, url) = try await old.place()
            // What is set for a session is not noted.
            let marks = (0..<kind).filter { !Self.script[$0].hasPrefix("SET SESSION ") }
                .map { "('3-evidence/\($0)')" }.joined(separator: ", ")
            let noted = marks.isEmpty ? "" : "; INSERT INTO perigee_migrations (name) VALUES \(marks)"
            let done = Self.script[...kind].joined(separator: ";\n")
            let database = url.split(separator: "/").last.map(String.init) ?? ""
            try await server.ask(done + noted, database: database)
            try await place.perigee("migrate")
            let found = try await Self.rows(Self.live + ";" + Self.history, of: place)
            #expect(found == expected, "broken off behind \(Self.script[kind].prefix(40))")
        }
    }
}
