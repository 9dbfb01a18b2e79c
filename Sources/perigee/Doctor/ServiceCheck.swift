import Foundation
import NearEarth
import NeoWs
import Pipeline
import Support

/// NASA's service: reached, the key accepted, quota left, and its clock compared with ours. Spends one request.
struct ServiceCheck: DoctorCheck {
    let subject = "api"

    /// Tries at most: a doctor says today what is wrong today.
    private static let attempts = 2

    func look(_ session: Session) async throws -> [Finding] {
        var configuration = try session.clientConfiguration()
        configuration.attempts = min(Self.attempts, configuration.attempts)
        configuration.maxWait = .zero
        let client = NeoWsClient(configuration: configuration, logger: session.logger)
        let url = ServiceURL.redacted(configuration.baseURL)
        let answer = await ask(client)
        let left = await client.usage.remaining
        await client.shutdown()
        switch answer {
        case .success(let body):
            return [
                reached(url, body), key(configuration.key), quota(left),
                ClockCheck.finding(service: body.serverDate, now: body.receivedAt),
            ]
        case .failure(let error): return [refused(url, error), ClockCheck.finding(service: nil, now: Date())]
        }
    }

    /// The smallest body there is: one day.
    private func ask(_ client: NeoWsClient) async -> Result<NeoWsClient.FetchedBody, NeoWsError> {
        do throws(NeoWsError) {
            return .success(try await client.fetch(.feed(DateWindow(from: .today, to: .today))))
        } catch {
            return .failure(error)
        }
    }

    private func reached(_ url: String, _ body: NeoWsClient.FetchedBody) -> Finding {
        guard !body.isSimulated else {
            return .warning(
                "api", "\(url) answers, and is a simulator", next: "use a store of its own for simulated data")
        }
        return .ok("api", "\(url) answers")
    }

    private func key(_ key: APIKey) -> Finding {
        key.isDemo
            ? .warning(
                "key", "DEMO_KEY: 30 requests an hour, shared by all at this address",
                next: "get a free key at https://api.nasa.gov, set NASA_API_KEY")
            : .ok("key", "accepted")
    }

    private func quota(_ left: Int?) -> Finding {
        switch left {
        case nil: .ok("quota", "the service does not say how much is left")
        case 0: .warning("quota", "no requests left this hour", next: "give runs time with --max-wait, or wait")
        case let left?: .ok("quota", "\(left) requests left this hour")
        }
    }

    private func refused(_ url: String, _ error: NeoWsError) -> Finding {
        let status = error.exitStatus
        return switch error {
        case .keyRefused:
            .failed("key", status, "\(error)", next: "check NASA_API_KEY; a key is free at https://api.nasa.gov")
        case .quotaSpent: .failed("quota", status, "\(error)", next: "wait, or give runs time with --max-wait")
        default: .failed("api", status, "\(url): \(error)", next: "check --api-url, the network and its proxies")
        }
    }
}
