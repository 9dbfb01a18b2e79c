import Foundation
import GRDB
import PerigeeTesting
import Testing

/// A body that the batch rules refuse: nothing of it is published, and what was published stays.
struct AuditRefusalTests {
    @Test("A body that lies about its count is refused with 65; what was published stays; the next honest body heals")
    func lyingCount() async throws {
        let replay = try await Replay()
        let liar = try await Proxy(
            to: replay.baseURL,
            edit: """
                fed = json.loads(body)
                fed["element_count"] += 1
                return status, headers, json.dumps(fed).encode()
                """)
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let before = try place.rows("SELECT * FROM nasa_neo_data ORDER BY id").map(\.description)
        let hash = try await place.contentHash()

        let refused = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh", status: 65, service: liar.baseURL)
        let failure = try #require(try refused.list("failures").first)
        #expect(try failure["stage"] == "audit")
        let message: String = try failure["message"]
        let listed = try await Replay.week.count
        #expect(message.contains("element-count: element_count says \(listed + 1), the body lists \(listed)"))
        #expect(try place.rows("SELECT * FROM nasa_neo_data ORDER BY id").map(\.description) == before)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_history") == 0)
        let states = try place.rows("SELECT state FROM nasa_neo_observations ORDER BY received_at").map {
            $0[0] as String
        }
        #expect(states == ["published", "refused"])
        let shown = try await place.json("show", "2")
        #expect(try shown.list("batches").map { try $0["state"] as String } == ["refused"])
        #expect(
            try shown.list("quality").filter { try !($0["passed"] as Bool) }.map { try $0["rule"] as String } == [
                "element-count"
            ])

        // Without --refresh: a refused window is asked for again by itself, once.
        let healed = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try healed["rows.unchanged"] == listed)
        #expect(try await replay.stats() == ["feed": 3])
        #expect(try await place.contentHash() == hash)
        #expect(try place.leftovers() == [])
    }

    @Test("One refused window of many leaves the others to be published")
    func oneOfMany() async throws {
        let replay = try await Replay()
        let liar = try await Proxy(
            to: replay.baseURL,
            edit: """
                if "start_date=2020-02-17" in path:
                    body = body.replace(b'"element_count":', b'"element_count":9')
                return status, headers, body
                """)
        let place = try Workplace(service: liar.baseURL)
        let report = try await place.json("backfill", "--from", "2020-02-01", "--to", "2020-02-29", status: 65)
        #expect(try report["windows.planned"] == 4)
        #expect(try report["windows.published"] == 3)
        #expect(try report.list("failures").map { try $0["batch"] as String } == ["feed 2020-02-17..2020-02-24"])
        #expect(
            try place.count(
                "SELECT COUNT(*) FROM nasa_neo_data WHERE observation_date BETWEEN '2020-02-17' AND '2020-02-24'") == 0)
        let healed = try await place.json(
            "backfill", "--from", "2020-02-01", "--to", "2020-02-29", service: replay.baseURL)
        #expect(try healed["requests.sent"] == 1)
        #expect(try place.leftovers() == [])
    }

    @Test(
        "A body of other days, one with an approach twice, and one that lost most of its approaches are refused",
        arguments: [
            (
                "window-bounds",
                #"return status, headers, body.replace(b"2020-02-04", b"2020-01-04").replace(b"2020-Feb-04", b"2020-Jan-04")"#
            ),
            (
                "key-unique",
                """
                fed = json.loads(body)
                day = fed["near_earth_objects"]["2020-02-04"]
                day.append(day[0])
                fed["element_count"] += 1
                return status, headers, json.dumps(fed).encode()
                """
            ),
            (
                "volume-drop",
                """
                fed = json.loads(body)
                for day, objects in fed["near_earth_objects"].items():
                    fed["element_count"] -= len(objects) - 3
                    del objects[3:]
                return status, headers, json.dumps(fed).encode()
                """
            ),
            (
                "quarantine-share",
                """
                fed = json.loads(body)
                for objects in fed["near_earth_objects"].values():
                    for one in objects[::2]:
                        del one["name"]
                return status, headers, json.dumps(fed).encode()
                """
            ),
        ])
    func otherRules(rule: String, edit: String) async throws {
        let replay = try await Replay()
        let spoilt = try await Proxy(to: replay.baseURL, edit: edit)
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let hash = try await place.contentHash()
        let refused = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh", status: 65, service: spoilt.baseURL)
        let message: String = try #require(try refused.list("failures").first)["message"]
        #expect(message.contains("refused by the audit: "), "\(message)")
        #expect(message.contains("\(rule): "), "\(message)")
        #expect(try await place.contentHash() == hash)
    }
}
