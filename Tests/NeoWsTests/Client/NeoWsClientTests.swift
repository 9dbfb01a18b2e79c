import NearEarth
import NeoWs
import PerigeeTesting
import Support
import Testing

@Suite("NeoWsClient: what becomes of each answer")
struct NeoWsClientTests {
    static let day =
        CalendarDate("2020-02-03").map { Batch.feed(DateWindow(from: $0, to: $0.adding(days: 7))) } ?? .browse(page: 0)

    @Test func theKeyGoesInAHeaderAndNowhereElse() async throws {
        try await CannedServer.serve({ _ in .json(Sample.week) }) { server, url in
            for batch in [Self.day, .lookup(spkID: "2099942"), .browse(page: 3)] {
                _ = await NeoWsClient.outcome(batch, url) { $0.key = APIKey("SECRETKEY123") ?? .demo }
            }
            #expect(
                server.asked.map(\.uri) == [
                    "/neo/rest/v1/feed?start_date=2020-02-03&end_date=2020-02-10", "/neo/rest/v1/neo/2099942",
                    "/neo/rest/v1/neo/browse?page=3&size=20",
                ])
            for asked in server.asked {
                #expect(asked.headers["x-api-key"] == "SECRETKEY123")
                #expect(!asked.headers.contains { $0.key != "x-api-key" && $0.value.contains("SECRETKEY123") })
                #expect(
                    asked.headers["accept"] == "application/json"
                        && asked.headers["accept-encoding"]?.contains("gzip") == true)
            }
        }
    }

    @Test func aBodyComesWithItsSummaryAndWithoutKeys() async throws {
        let body = Sample.week.replacing("DEMO_KEY", with: "SECRETKEY123")
        try await CannedServer.serve({ _ in
            .json(
                body,
                headers: [
                    "X-Api-Umbrella-Request-Id": "r-1", "X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "998",
                ])
        }) { _, url in
            let client = NeoWsClient.forTest(url) { $0.key = APIKey("SECRETKEY123") ?? .demo }
            let fetched = try await client.fetch(Self.day)
            let usage = await client.usage
            await client.shutdown()
            #expect(String(decoding: fetched.bytes, as: UTF8.self) == body.replacing("SECRETKEY123", with: "REDACTED"))
            #expect(
                fetched.summary.objects == 3 && fetched.requestID == "r-1" && fetched.attempts == 1
                    && !fetched.isSimulated)
            #expect(usage.requests == 1 && usage.remaining == 998)
        }
    }

    /// An answer, what it is taken for, and how many requests are spent on it.
    @Test(
        arguments: [
            (
                403, #"{"error":{"code":"API_KEY_INVALID","message":"An invalid api_key was supplied."}}"#,
                "keyRefused(API_KEY_INVALID)", 1
            ),
            (401, "", "keyRefused(401)", 1), (403, "<html>no</html>", "keyRefused(403)", 1),
            (
                400, #"{"code":400,"http_error":"BAD_REQUEST","error_message":"only 7 Days","request":"x"}"#,
                "badRequest(only 7 Days)", 1
            ),
            (
                404, #"{"code":404,"http_error":"NOT_FOUND","error_message":"No message available","request":"x"}"#,
                "noService(No message available)", 1
            ),
            (302, "", "unexpectedAnswer(302)", 1), (418, "tea", "unexpectedAnswer(418)", 1),
            (500, "<html><body><h1>Application error</h1></body></html>", "unavailable(3)", 3),
            (503, "", "unavailable(3)", 3), (504, "", "unavailable(3)", 3),
            (408, "", "unavailable(3)", 3), (200, "{\"near_earth_objects\":{\"2020-", "unavailable(3)", 3),
            (200, "", "unavailable(3)", 3),
            (200, #"{"error":{"code":"OVER_RATE_LIMIT","message":"spurious"}}"#, "unavailable(3)", 3),
            (200, "\u{1}garbage", "unusableBody(syntax)", 1), (200, "[]", "unusableBody(wrongType)", 1),
            (200, "{not json", "unusableBody(syntax)", 1),
            (200, #"{"element_count":"many","near_earth_objects":[1,2,3]}"#, "unusableBody(wrongType)", 1),
            (200, "{}", "unusableBody(notNeoWs)", 1), (200, Sample.object(), "unusableBody(wrongType)", 1),
            (200, Sample.browse([]), "unusableBody(wrongType)", 1),
        ] as [(Int, String, String, Int)])
    func isTakenForWhatItIs(status: Int, body: String, verdict: String, requests: Int) async throws {
        try await CannedServer.serve({ _ in .json(body, status: status, headers: ["Location": "http://127.0.0.1:1/"]) })
        { server, url in
            let error = try #require(await NeoWsClient.outcome(Self.day, url).error)
            #expect(Self.name(error) == verdict, "\(error)")
            #expect(server.asked.count == requests)
        }
    }

    @Test func htmlWithStatus200IsAnOutage() async throws {
        try await CannedServer.serve({ _ in
            CannedServer.Answer(type: "text/html", body: Array("<h1>Application error</h1>".utf8))
        }) { _, url in
            let error = try #require(await NeoWsClient.outcome(Self.day, url).error)
            #expect(Self.name(error) == "unavailable(3)" && "\(error)".contains("text/html"))
        }
    }

    @Test func aFaultThatPassesCostsAnAttempt() async throws {
        try await CannedServer.serve({ $0 < 3 ? .json("", status: 503) : .json(Sample.week) }) { server, url in
            let fetched = try await NeoWsClient.outcome(Self.day, url).get()
            #expect(fetched.attempts == 3 && server.asked.count == 3)
        }
    }

    @Test func theRefusedAnswerIsKeptWithoutKeys() async throws {
        try await CannedServer.serve({ _ in .json(#"{"x":"SECRETKEY123 api_key=other1"}"#) }) { _, url in
            guard
                case .unusableBody(_, let body) = await NeoWsClient.outcome(
                    Self.day, url, { $0.key = APIKey("SECRETKEY123") ?? .demo }
                ).error
            else {
                Issue.record("not refused")
                return
            }
            #expect(String(decoding: body, as: UTF8.self) == #"{"x":"REDACTED api_key=REDACTED"}"#)
        }
    }

    @Test func aRefusalBeyondTheWaitThatIsAllowedEndsAtOnce() async throws {
        let refusal = #"{"error":{"code":"OVER_RATE_LIMIT","message":"You have exceeded your rate limit."}}"#
        for headers in [
            ["Retry-After": "3600"], ["Retry-After": "0", "X-RateLimit-Remaining": "0"],
            ["X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "0"],
        ] {
            try await CannedServer.serve({ _ in .json(refusal, status: 429, headers: headers) }) { server, url in
                let error = try #require(await NeoWsClient.outcome(Self.day, url) { $0.maxWait = .seconds(1) }.error)
                #expect(Self.name(error) == "quotaSpent")
                #expect(server.asked.count == 1)
            }
        }
    }

    @Test func aRefusalIsWaitedOutAsNASASays() async throws {
        try await CannedServer.serve({
            $0 == 1 ? .json("{}", status: 429, headers: ["Retry-After": "1"]) : .json(Sample.week)
        }) { server, url in
            let client = NeoWsClient.forTest(url)
            let fetched = try await client.fetch(Self.day)
            let usage = await client.usage
            await client.shutdown()
            #expect(fetched.attempts == 2 && server.asked.count == 2)
            #expect(usage.waited > .zero && usage.waited <= .seconds(1))
        }
    }

    @Test func nothingListeningIsUnavailableAfterAllAttempts() async throws {
        let error = try #require(
            await NeoWsClient.outcome(Self.day, "http://127.0.0.1:9/neo/rest/v1") { $0.attempts = 4 }.error)
        #expect(Self.name(error) == "unavailable(4)")
    }

    @Test func aCancelledTaskStopsWaiting() async throws {
        let client = NeoWsClient.forTest("http://127.0.0.1:9/neo/rest/v1") {
            $0.backoff = Backoff(base: .seconds(3600), cap: .seconds(3600))
        }
        let fetching = Task { try await client.fetch(Self.day) }
        fetching.cancel()
        guard case .failure(let error) = await fetching.result, case .cancelled? = error as? NeoWsError else {
            Issue.record("it was not cancelled")
            return
        }
        await client.shutdown()
    }

    @Test func noMoreThanTheBoundIsRead() async throws {
        let plain = CannedServer.Answer(body: [UInt8](repeating: 0x20, count: NeoWsClient.maximumBodyBytes + 1))
        let packed = CannedServer.Answer(
            headers: ["Content-Encoding": "gzip"], body: Self.gzip(spaces: NeoWsClient.maximumBodyBytes + 70_000))
        for answer in [plain, packed] {
            try await CannedServer.serve({ _ in answer }) { server, url in
                let error = try #require(await NeoWsClient.outcome(Self.day, url).error)
                #expect(Self.name(error) == "bodyTooLarge", "\(error)")
                #expect(server.asked.count == 1)
            }
        }
    }

    private static func name(_ error: NeoWsError) -> String {
        switch error {
        case .keyRefused(let code, _): "keyRefused(\(code))"
        case .quotaSpent: "quotaSpent"
        case .unavailable(let attempts, _): "unavailable(\(attempts))"
        case .badRequest(let message): "badRequest(\(message))"
        case .notFound(let message, _): "notFound(\(message))"
        case .noService(_, let message): "noService(\(message))"
        case .unusableBody(let error, _): "unusableBody(\(error.problem.kind))"
        case .bodyTooLarge: "bodyTooLarge"
        case .unexpectedAnswer(let status, _): "unexpectedAnswer(\(status))"
        case .cancelled: "cancelled"
        }
    }

    /// A gzip stream of spaces in stored blocks (RFC 1951, 3.2.4), without its trailer: the bound comes before it.
    private static func gzip(spaces count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        for _ in 0..<count / 65_535 {
            bytes += [0, 0xFF, 0xFF, 0, 0]
            bytes += [UInt8](repeating: 0x20, count: 65_535)
        }
        return bytes
    }
}
