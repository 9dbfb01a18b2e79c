import Foundation
import PerigeeTesting
import Testing

/// When the service can't or won't answer: the exit code says which, and progress is kept.
struct ServiceFailureTests {
    @Test("Nothing listens: 69, after as many attempts as asked for")
    func nothingListens() async throws {
        let place = try Workplace(service: "http://127.0.0.1:9/neo/rest/v1")
        let run = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--attempts", "2", status: 69)
        #expect(try run["requests.sent"] == 2)
        let message: String = try #require(try run.list("failures").first)["message"]
        #expect(message.contains("no usable answer after 2 attempts"))
        #expect(message.contains("refused"))
    }

    @Test("A year where nothing listens ends early instead of trying each window")
    func nothingListensForAYear() async throws {
        let place = try Workplace(service: "http://127.0.0.1:9/neo/rest/v1")
        let run = try await place.backfill("--attempts", "2", status: 69)
        let sent: Int = try run["requests.sent"]
        #expect(sent <= 8)
        let notBegun: Int = try run["windows.not_begun"]
        #expect(try notBegun + (run["windows.failed"] as Int) == 46)
        #expect(notBegun >= 42)
    }

    @Test("A refused key: 77, one request, no retry")
    func keyRefused() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: ["NASA_API_KEY": "INVALID"])
        let run = try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(run.status == 77)
        #expect(run.errors.contains("API_KEY_INVALID"))
        #expect(run.errors.contains("check NASA_API_KEY"))
        #expect(try await place.json("runs").list("runs").map { try $0["requests"] as Int } == [1])
    }

    @Test(
        "The quota runs out: 75, what was got is published, and the next run asks for the rest alone",
        arguments: [[], ["--retry-after"]])
    func quotaSpent(options: [String]) async throws {
        let scant = try await Replay(limit: 10, options: options)
        let place = try Workplace(service: scant.baseURL)
        let first = try await place.backfill("--max-wait", "1s", status: 75)
        #expect(try first["windows.published"] == 10)
        #expect(try first["status"] == "partial")
        let failures = try first.list("failures")
        #expect(try failures.map { try $0["exit_code"] as Int } == [75])
        let next: String = try failures[0]["next_step"]
        #expect(next.contains("what is done is kept"))
        let published: Int = try first["windows.published"]
        #expect(try (first["windows.not_begun"] as Int) + published + failures.count == 46)
        #expect(try await scant.stats()["feed"] == 10)

        let ample = try await Replay()
        let second = try await place.backfill("--max-wait", "0", service: ample.baseURL)
        #expect(try await ample.stats() == ["feed": 36])
        #expect(try second["windows.skipped"] == 10)
        try await expectUndisturbed(place)
    }

    @Test("A 429 with Retry-After is waited for, not hammered")
    func retryAfter() async throws {
        let replay = try await Replay()
        let burst = try await Proxy(
            to: replay.baseURL,
            edit: """
                if number == 2:
                    return 429, {"Retry-After": "2", "Content-Type": "application/json"}, b'{"error":{"code":"OVER_RATE_LIMIT","message":"slow down"}}'
                return status, headers, body
                """)
        let place = try Workplace(service: burst.baseURL)
        let run = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-01-31", "--concurrency", "1")
        #expect(try run["requests.sent"] == 5)
        let waited: Int = try run["requests.waited_ms"]
        #expect(waited >= 1900)
        let impatient = try Workplace(service: burst.baseURL)
        _ = try await impatient.json("backfill", "--from", "2020-01-01", "--to", "2020-01-31")
    }

    @Test("An unknown object: 64, one request")
    func unknownObject() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let run = try await place.json("lookup", "2999999", status: 64)
        #expect(try run["requests.sent"] == 1)
        let message: String = try #require(try run.list("failures").first)["message"]
        #expect(message.contains("404"))
    }
}
