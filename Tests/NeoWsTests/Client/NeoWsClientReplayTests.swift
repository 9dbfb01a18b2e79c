import Foundation
import NearEarth
import NeoWs
import PerigeeTesting
import Testing

@Suite("NeoWsClient against a service")
struct NeoWsClientReplayTests {
    static let day = NeoWsClientTests.day

    @Test func fetchesAllThreeShapes() async throws {
        let replay = try await Replay()
        let client = NeoWsClient.forTest(replay.baseURL)
        let feed = try await client.fetch(Self.day)
        let served = try await Replay.week.count
        #expect(feed.summary.shape == .feed)
        #expect(feed.summary.objects == served)
        #expect(feed.summary.elementCount == served)
        let page = try await client.fetch(.browse(page: 0))
        #expect(page.summary.shape == .page)
        #expect(page.summary.objects == 20)
        let buffer = BodyBuffer(page.bytes)
        let id = try #require(try Scanned.scan(buffer).objects.first?.id)
        let lookup = try await client.fetch(.lookup(spkID: id))
        #expect(lookup.summary.shape == .lookup)
        #expect(lookup.summary.objects == 1)
        await client.shutdown()
        #expect(try await replay.stats() == ["feed": 1, "neo": 2])
    }

    @Test func aRefusedKeyAndAnUnknownObjectAreToldApart() async throws {
        let replay = try await Replay()
        guard
            case .keyRefused(let code, _) = await NeoWsClient.outcome(
                Self.day, replay.baseURL, { $0.key = APIKey("INVALID") ?? .demo }
            ).error
        else {
            Issue.record("an invalid key was not refused")
            return
        }
        #expect(code == "API_KEY_INVALID")
        guard case .notFound = await NeoWsClient.outcome(.lookup(spkID: "1"), replay.baseURL).error else {
            Issue.record("an unknown object was found")
            return
        }
    }

    @Test(arguments: ["500html", "503empty", "truncate", "reset"])
    func aFaultThatPassesIsRetried(_ fault: String) async throws {
        let replay = try await Replay(faults: ["\(fault)@2"])
        let client = NeoWsClient.forTest(replay.baseURL)
        _ = try await client.fetch(Self.day)
        let second = try await client.fetch(Self.day)
        await client.shutdown()
        #expect(second.attempts == 2)
        #expect(second.summary.objects == (try await Replay.week.count))
        #expect(try await replay.stats()["fault_\(fault)"] == 1)
    }

    @Test(arguments: [("garbage", "encoding"), ("wrongtype", "wrongType")])
    func whatIsNoBodyIsNotRetried(fault: String, problem: String) async throws {
        let replay = try await Replay(faults: ["\(fault)@1"])
        guard case .unusableBody(let error, let body) = await NeoWsClient.outcome(Self.day, replay.baseURL).error else {
            Issue.record("it was accepted")
            return
        }
        #expect(error.problem.kind == problem)
        #expect(!body.isEmpty)
        #expect(try await replay.stats()["feed"] == 1)
    }

    @Test func aSpentQuotaEndsWithoutAnotherRequest() async throws {
        let replay = try await Replay(limit: 2)
        let client = NeoWsClient.forTest(replay.baseURL) { $0.maxWait = .seconds(1) }
        _ = try await client.fetch(Self.day)
        _ = try await client.fetch(Self.day)
        await #expect(throws: NeoWsError.self) { try await client.fetch(Self.day) }
        #expect(await client.usage.remaining == 0)
        await client.shutdown()
        #expect(try await replay.stats()["over_limit"] == nil)
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Sat, 31 Dec 2016 00:00:00 GMT", 1_483_142_400),
            ("Thu, 30 Feb 2024 23:59:59 GMT", nil), ("1994-11-06T08:49:37Z", nil),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("yesterday", nil), ("", nil),
        ] as [(String, Double?)])
    func theServicesClockComesWithTheAnswer(date: String, seconds: Double?) async throws {
        let replay = try await Replay()
        let service = try await RevisedService(of: replay.baseURL, .date(date))
        let client = NeoWsClient.forTest(service.baseURL)
        let fetched = try await client.fetch(Self.day)
        await client.shutdown()
        #expect(fetched.serverDate?.timeIntervalSince1970 == seconds)
    }
}
