import Foundation
import PerigeeTesting
import Testing

extension ServerTests {
    /// From one kind of store into another, everything arrives.
    @Suite(.serialized)
    struct Moves {
        @Test("SQLite to a server and back: equal hashes, equal tables", arguments: TestServer.all)
        func copied(server: TestServer) async throws {
            let replay = try await Replay(faults: ["badrecord@3"])
            let at = try await ServerPlace(server, service: replay.baseURL)
            _ = try await at.place.json("backfill", "--from", UndisturbedYear.from, "--to", UndisturbedYear.to, "--store", "sqlite:first.sqlite")
            _ = try await at.place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh", "--store", "sqlite:first.sqlite")
            let there = try await at.place.json("copy", "--from", "sqlite:first.sqlite", "--to", at.url)
            let back = try await at.place.json("copy", "--from", at.url, "--to", "sqlite:second.sqlite")
            let hash = try await UndisturbedYear.shared.contentHash
            for answer in [there, back] {
                #expect(try answer["content_hash"] == hash)
                #expect(try answer["rows.nasa_neo_data"] == 4700)
            }
            for store in ["sqlite:first.sqlite", at.url, "sqlite:second.sqlite"] {
                #expect(try await at.place.json("status", "--store", store)["content_hash"] == hash, "\(store)")
            }
            for (table, order) in [
                ("nasa_neo_data", "observation_date, id, orbiting_body"), ("nasa_neo_quarantine", "quarantine_id"), ("perigee_runs", "run_id"),
                ("perigee_batches", "batch"), ("perigee_days", "1, 2"), ("perigee_quality", "1, 2, 3"),
            ] {
                let sql = "SELECT * FROM \(table) ORDER BY \(order)"
                let (first, second) = (try at.place.rows(sql, store: "first.sqlite"), try at.place.rows(sql, store: "second.sqlite"))
                #expect(!first.isEmpty)
                #expect(first == second, "\(table)")
            }
            // What was copied is a store to work with: up to date, and counting on.
            let next = try await at.place.backfill()
            #expect(try next["windows.skipped"] == 46)
            #expect(try next["run"] == 3)
            let full = try await at.place.perigee("copy", "--from", "sqlite:first.sqlite", "--to", at.url)
            #expect(full.status == 64 || full.status == 65 || full.status == 74, "\(full.status) \(full.errors)")
            #expect(try await at.place.contentHash() == hash)
        }

        @Test("Backup and restore, between all kinds of stores", arguments: TestServer.all)
        func restored(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            _ = try await at.place.backfill()
            let hash = try await UndisturbedYear.shared.contentHash
            #expect(try await at.place.json("backup", "--output", "server.backup")["content_hash"] == hash)
            #expect(try await at.place.json("restore", "server.backup", "--store", "sqlite:restored.sqlite")["content_hash"] == hash)
            #expect(try at.place.records(store: "restored.sqlite") == UndisturbedYear.shared.records)
            _ = try await at.place.json("backup", "--output", "sqlite.backup", "--store", "sqlite:restored.sqlite")
            let original = try await at.tables()
            for other in TestServer.all {
                for backup in ["server.backup", "sqlite.backup"] {
                    let target = try await ServerPlace(other)
                    let answer = try await target.place.json("restore", at.place.folder(backup))
                    #expect(try answer["content_hash"] == hash, "\(backup) into \(other.name)")
                    try await target.expectUndisturbed("\(backup) into \(other.name)")
                    let tables = try await target.tables()
                    for table in ["nasa_neo_data", "perigee_runs", "perigee_batches", "perigee_days", "perigee_quality"] {
                        #expect(try tables.rows(table) == original.rows(table), "\(table) of \(backup) into \(other.name)")
                    }
                }
            }
        }

        @Test("A damaged backup is refused with 65 before the store is touched", arguments: TestServer.all)
        func damaged(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            _ = try await at.week()
            _ = try await at.place.json("backup", "--output", "good")
            let target = try await ServerPlace(server)
            let good = try at.place.bytes("good")
            var damaged: [(String, Data)] = (0..<6).map { _ in
                let offset = Int.random(in: 0..<good.count)
                var bytes = good
                bytes[offset] ^= UInt8(1 << Int.random(in: 0..<8))
                return ("byte \(offset) is \(bytes[offset]), was \(good[offset])", bytes)
            }
            damaged.append(("cut in half", good.prefix(good.count / 2)))
            damaged.append(("its last line is missing", good[...(good.dropLast().lastIndex(of: 0x0A) ?? 0)]))
            damaged.append(("empty", Data()))
            for (how, bytes) in damaged {
                try bytes.write(to: URL(fileURLWithPath: target.place.folder("bad")))
                let outcome = try await target.place.perigee("restore", "bad")
                #expect(outcome.status == 65, "\(how): \(outcome.status) \(outcome.errors)")
                #expect(outcome.errors.contains("bad"), "\(how): \(outcome.errors)")
            }
            let present: [String] = try await target.place.json("migrate", "--dry-run")["present"]
            #expect(present == [], "a schema was made")
            #expect(try await target.count("SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE 'perigee%' AND table_schema IN ('public', '\(target.url.split(separator: "/").last ?? "")')") == 0)
            _ = try await target.place.json("restore", at.place.folder("good"))
            #expect(try await target.place.contentHash() == at.place.contentHash())
        }
    }
}
