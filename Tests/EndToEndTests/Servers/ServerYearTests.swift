import Foundation
import PerigeeTesting
import Testing

extension ServerTests {
    /// What a run comes to, undisturbed and disturbed.
    @Suite(.serialized)
    struct Year {
        @Test("The week has 135 rows; the same again costs no request and changes nothing", arguments: TestServer.all)
        func week(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            let first = try await at.week()
            #expect(try first["rows.inserted"] == 135)
            let (hash, before) = (try await at.place.contentHash(), try await at.tables().rows("nasa_neo_data"))
            #expect(before.count == 135)
            let second = try await at.week()
            #expect(try second["windows.skipped"] == 1)
            #expect(try second["requests.sent"] == 0)
            #expect(try await replay.stats() == ["feed": 1])
            let third = try await at.week("--refresh")
            #expect(try third["rows.unchanged"] == 135)
            #expect(try third["rows.inserted"] == 0)
            #expect(try await replay.stats() == ["feed": 2])
            #expect(try await at.place.contentHash() == hash)
            #expect(try await at.tables().rows("nasa_neo_data") == before)
            #expect(try await at.tables().rows("nasa_neo_history").isEmpty)
        }

        @Test("The year has 4,700 rows from 46 requests, and SQLite's content hash; twice as well as once", arguments: TestServer.all)
        func year(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            let run = try await at.place.backfill()
            #expect(try run["rows.inserted"] == 4700)
            #expect(try await replay.stats() == ["feed": 46])
            try await at.expectUndisturbed()
            let again = try await at.place.backfill()
            #expect(try again["windows.skipped"] == 46)
            #expect(try await replay.stats() == ["feed": 46])
            try await at.expectUndisturbed()
            let status = try await at.place.json("status")
            #expect(try status["summary.approaches"] == 4700)
            #expect(try status["summary.objects"] == 4226)
            #expect(try status["summary.hazardous"] == 403)
            #expect(try await at.place.json("approaches", "--within", "0.2", "--sort", "distance")["count"] == 13)
            #expect(try await at.place.json("runs").list("runs").count == 2)
            #expect(try await at.place.json("show", "1").list("batches").count == 46)
        }

        @Test("A revised value is one row of history, a lost approach is retired; when they return, so does the hash", arguments: TestServer.all)
        func revised(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            let edited = try await EditedReplay { lines in
                var lines = lines
                let line = try EditedReplay.index(of: "3989676", on: "2020-02-04", in: lines)
                var fields = lines[line].components(separatedBy: ",")
                fields[5] = "0.0004412345"
                lines[line] = fields.joined(separator: ",")
                lines.remove(at: try EditedReplay.index(of: "3989338", on: "2020-02-03", in: lines))
                return lines
            }
            _ = try await at.week()
            let hash = try await at.place.contentHash()
            let before = try await at.tables().rows("nasa_neo_data")
            let others = { (rows: [[String: String?]]) in rows.filter { $0["id"] != "3989676" && $0["id"] != "3989338" } }

            let second = try await at.week("--refresh", service: edited.replay.baseURL)
            #expect(try second["rows.revised"] == 1)
            #expect(try second["rows.retired"] == 1)
            #expect(try second["rows.unchanged"] == 133)
            let status = try await at.place.json("status")
            #expect(try status["summary.revisions"] == 1)
            #expect(try status["summary.retired"] == 1)
            #expect(try status["content_hash"] != hash)
            let tables = try await at.tables()
            let history = try tables.rows("nasa_neo_history")
            #expect(history.map { "\($0["id"]! ?? "") \($0["change_kind"]! ?? "")" }.sorted() == ["3989338 retired", "3989676 revised"])
            for gone in history {
                let old = try #require(before.first { $0["id"] == gone["id"] })
                for column in ["source_record", "miss_distance_km", "miss_distance_au", "created_at", "first_seen"] where gone[column] != nil {
                    #expect(gone[column] == old[column], "\(column)")
                }
            }
            let after = try tables.rows("nasa_neo_data")
            #expect(after.count == 134)
            #expect(others(after) == others(before))
            let body = try NeoWsBody(try await edited.replay.feed("2020-02-03", "2020-02-10"))
            #expect(try tables.column("source_record", of: "nasa_neo_data").compactMap(\.self).sorted() == body.lines.sorted())

            let third = try await at.week("--refresh")
            #expect(try third["rows.revised"] == 1)
            #expect(try third["rows.inserted"] == 1)
            #expect(try await at.place.contentHash() == hash)
            #expect(others(try await at.tables().rows("nasa_neo_data")) == others(before))
        }

        @Test("A fault that passes is healed within the run", arguments: TestServer.all, ["500html", "429", "badrecord"])
        func healed(server: TestServer, fault: String) async throws {
            let replay = try await Replay(faults: ["\(fault)@3"])
            let at = try await ServerPlace(server, service: replay.baseURL)
            let run = try await at.place.backfill()
            #expect(try #require(try await replay.stats()["fault_\(fault)"]) >= 15)
            #expect(try run["status"] == "succeeded")
            try await at.expectUndisturbed()
            let quarantine = try await at.tables().column("status", of: "nasa_neo_quarantine")
            #expect(fault == "badrecord" ? quarantine.count >= 15 && Set(quarantine) == ["resolved"] : quarantine.isEmpty)
        }

        @Test("What can't be healed is refused, the rest is published, and a run without faults completes the year", arguments: TestServer.all)
        func refused(server: TestServer) async throws {
            let faulty = try await Replay(faults: ["garbage@3"])
            let at = try await ServerPlace(server, service: faulty.baseURL)
            let first = try await at.place.backfill(status: 65)
            #expect(try first.list("failures").count == 15)
            #expect(try first["windows.published"] == 31)
            let honest = try await Replay()
            let second = try await at.place.backfill(service: honest.baseURL)
            #expect(try await honest.stats() == ["feed": 15])
            #expect(try second["windows.published"] == 15)
            try await at.expectUndisturbed()
        }

        @Test("Two runs of one week at once: both end with 0, one request, one publication", arguments: TestServer.all)
        func sideBySide(server: TestServer) async throws {
            for _ in 0..<3 {
                let replay = try await Replay()
                let at = try await ServerPlace(server, service: replay.baseURL)
                let both = [
                    try at.place.start("run", "--from", "2020-02-03", "--to", "2020-02-10", "--json"),
                    try at.place.start("run", "--from", "2020-02-03", "--to", "2020-02-10", "--json"),
                ]
                var inserted = 0
                for started in both {
                    let outcome = await started.outcome()
                    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
                    inserted += try Answer(outcome.json())["rows.inserted"]
                }
                #expect(inserted == 135)
                #expect(try await replay.stats() == ["feed": 1])
                #expect(try await at.tables().rows("nasa_neo_data").count == 135)
                #expect(try await at.tables().rows("nasa_neo_history").isEmpty)
            }
        }

        @Test("Two back-fills of one year at once: each window is asked for once, the year is whole", arguments: TestServer.all)
        func sameYear(server: TestServer) async throws {
            let replay = try await Replay()
            let at = try await ServerPlace(server, service: replay.baseURL)
            let both = [try at.place.startBackfill(), try at.place.startBackfill()]
            var inserted = 0
            for started in both {
                let outcome = await started.outcome()
                #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
                inserted += try Answer(outcome.json())["rows.inserted"]
            }
            #expect(inserted == 4700)
            #expect(try await replay.stats() == ["feed": 46])
            try await at.expectUndisturbed()
        }

        @Test("A window under way is refused with 75 where nobody may wait, and waited for where they may", arguments: TestServer.all)
        func overlapping(server: TestServer) async throws {
            let replay = try await Replay()
            let slow = try await Proxy(to: replay.baseURL, edit: "time.sleep(3)\nreturn status, headers, body")
            let at = try await ServerPlace(server, service: slow.baseURL)
            _ = try await at.place.json("migrate")
            let first = try at.place.start("run", "--from", "2020-02-03", "--to", "2020-02-10", "--json")
            for attempt in 1... where try await at.count("SELECT COUNT(*) FROM perigee_batches WHERE lease_run IS NOT NULL") != 1 {
                try #require(attempt < 50, "\(first.errors)\(first.output)")
            }
            let refused = try await at.place.perigee("run", "--from", "2020-02-10", "--to", "2020-02-12", "--max-wait", "0", service: replay.baseURL)
            #expect(refused.status == 75, "\(refused.errors)")
            #expect(refused.errors.contains("is working on feed 2020-02-03..2020-02-10"), "\(refused.errors)")
            _ = try await at.place.json("run", "--from", "2020-02-10", "--to", "2020-02-12", service: replay.baseURL)
            #expect(await first.outcome().status == 0)
            #expect(try await at.tables().rows("nasa_neo_history").isEmpty)
            let body = try NeoWsBody(try await replay.feed("2020-02-03", "2020-02-10")).lines + NeoWsBody(try await replay.feed("2020-02-10", "2020-02-12")).lines
            #expect(try await at.tables().column("source_record", of: "nasa_neo_data").compactMap(\.self).sorted() == Set(body).sorted())
        }
    }
}

extension ServerPlace {
    /// Runs the week of the README.
    func week(_ options: String..., service: String? = nil) async throws -> Answer {
        let outcome = try await Program.run(
            ["run", "--from", "2020-02-03", "--to", "2020-02-10", "--json"] + options, in: place.folder.path,
            environment: place.environment.merging(service.map { ["PERIGEE_API_URL": $0] } ?? [:]) { $1 })
        guard outcome.status == 0 else { throw Failure(message: "run ended with \(outcome.status): \(outcome.errors)\(outcome.output)") }
        return Answer(try outcome.json())
    }
}
