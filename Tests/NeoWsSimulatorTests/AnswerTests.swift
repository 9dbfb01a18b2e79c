import NearEarth
import NeoWs
import NeoWsSimulator
import PerigeeTesting
import Testing
import Transform

@Suite("Simulator: refusals, quota and faults")
struct AnswerTests {
    private static func error(_ client: NeoWsClient, _ batch: Batch) async -> NeoWsError? {
        do throws(NeoWsError) {
            _ = try await client.fetch(batch)
            return nil
        } catch {
            return error
        }
    }

    @Test func anInvalidKeyIsRefused() async throws {
        try await withSimulator(client: { $0.key = APIKey("INVALID") ?? .demo }) { client in
            guard case .keyRefused(let code, _) = await Self.error(client, feed("2020-02-03")) else {
                Issue.record("it was taken")
                return
            }
            #expect(code == "API_KEY_INVALID")
        }
    }

    @Test(arguments: ["1", "2099942", "900000099", "999999999", "90000000x", "9000000000"])
    func whatTheSkyDoesNotHaveIsNotFound(_ id: String) async throws {
        try await withSimulator { client in
            guard case .notFound = await Self.error(client, .lookup(spkID: id)) else {
                Issue.record("\(id) was found")
                return
            }
        }
    }

    @Test func nineDatesAreTooMany() async throws {
        try await withSimulator { client in
            guard case .badRequest(let message) = await Self.error(client, feed("2020-02-03", days: 9)) else {
                Issue.record("it was answered")
                return
            }
            #expect(message.contains("only 7 Days"))
        }
    }

    @Test func theQuotaShrinksAndEnds() async throws {
        var options = SimulatorOptions()
        options.limit = 2
        options.sendsRetryAfter = true
        try await withSimulator(options, client: { $0.maxWait = .seconds(1) }) { client in
            _ = try await client.fetch(feed("2020-02-03", days: 1))
            #expect(await client.usage.remaining == 1)
            _ = try await client.fetch(feed("2020-02-03", days: 1))
            #expect(await client.usage.remaining == 0)
            guard case .quotaSpent = await Self.error(client, feed("2020-02-03", days: 1)) else {
                Issue.record("there was more")
                return
            }
        }
    }

    @Test(arguments: [Fault.Kind.htmlError, .emptyUnavailable, .truncate, .reset])
    func faultsThatPassAreRetried(_ kind: Fault.Kind) async throws {
        var options = SimulatorOptions()
        options.faults = [try #require(Fault("\(kind.rawValue)@2"))]
        try await withSimulator(options) { client in
            let first = try await client.fetch(feed("2020-02-03"))
            let second = try await client.fetch(feed("2020-02-03"))
            #expect(first.attempts == 1 && second.attempts == 2 && first.bytes == second.bytes)
        }
    }

    @Test(arguments: [Fault.Kind.garbage, .wrongType])
    func faultsThatDoNotAreToldAtOnce(_ kind: Fault.Kind) async throws {
        var options = SimulatorOptions()
        options.faults = [try #require(Fault("\(kind.rawValue)@1"))]
        try await withSimulator(options) { client in
            guard case .unusableBody = await Self.error(client, feed("2020-02-03")) else {
                Issue.record("it was taken")
                return
            }
        }
    }

    @Test func aBadRecordIsOneRejectAndTheRestIsSound() async throws {
        var options = SimulatorOptions()
        options.faults = [try #require(Fault("badrecord@2"))]
        try await withSimulator(options) { client in
            let sound = try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed("2020-02-03")).bytes))
            let spoilt = try EmbeddedEngine.transform(BodyBuffer(try await client.fetch(feed("2020-02-03")).bytes))
            #expect(sound.statement.rejected.isEmpty && spoilt.statement.rejectedRecords == 1)
            #expect(
                spoilt.statement.rejected.map(\.rule) == ["field-type"]
                    && spoilt.statement.rejected.first?.value == "bright")
            #expect(
                spoilt.approaches.count == sound.approaches.count - 1
                    && spoilt.approaches.allSatisfy(sound.approaches.contains))
        }
    }

    @Test(arguments: [
        "", "500html", "500html@", "500html@0", "500html@-1", "@3", "unknown@3", "500html@3@4", "500html@x",
    ])
    func anotherTextOrdersNoFault(_ text: String) {
        #expect(Fault(text) == nil)
    }

    @Test func everyFaultHasItsName() {
        #expect(
            Fault.Kind.allCases.map(\.rawValue).joined(separator: " ")
                == "500html 503empty 429 truncate stall reset garbage wrongtype badrecord")
        for kind in Fault.Kind.allCases { #expect(Fault("\(kind.rawValue)@7") != nil) }
    }
}
