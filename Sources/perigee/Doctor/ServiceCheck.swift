import Foundation
import NearEarth
import NeoWs
import Support

/// NASA's service: reached, the key accepted, quota left, and its clock compared with ours. Spends one request.
enum ServiceCheck {
    /// Tries at most: a doctor says today what is wrong today.
    private static let attempts = 2
    /// Beyond this, the clocks disagree by more than a slow answer explains, seconds.
    private static let clockTolerance = 60.0
    /// Beyond this, days begin at the wrong time and living runs look dead, seconds.
    private static let clockLimit = 600.0

    static func look(_ session: Session) async throws -> [Finding] {
        var configuration = try session.clientConfiguration()
        configuration.attempts = min(attempts, configuration.attempts)
        configuration.maxWait = .zero
        let url = NeoWsClient.redacted(configuration.baseURL)
        return try await session.withClient(configuration) { client in
            do throws(NeoWsError) {
                // The smallest body there is: one day.
                let body = try await client.fetch(.feed(DateWindow(from: .today, to: .today)))
                return [
                    reached(url, body), key(configuration.key), quota(await client.usage.remaining),
                    clock(service: body.serverDate, now: body.receivedAt),
                ]
            } catch {
                return [refused(url, error), clock(service: nil, now: Date())]
            }
        }
    }

    private static func reached(_ url: String, _ body: NeoWsClient.FetchedBody) -> Finding {
        body.isSimulated
            ? .warning("api", "\(url) answers, and is a simulator", next: "use a store of its own for simulated data")
            : .ok("api", "\(url) answers")
    }

    private static func key(_ key: APIKey) -> Finding {
        key.isDemo
            ? .warning(
                "key", "DEMO_KEY: 30 requests an hour, shared by all at this address",
                next: "get a free key at https://api.nasa.gov, set NASA_API_KEY")
            : .ok("key", "accepted")
    }

    private static func quota(_ left: Int?) -> Finding {
        switch left {
        case nil: .ok("quota", "the service does not say how much is left")
        case 0: .warning("quota", "no requests left this hour", next: "give runs time with --max-wait, or wait")
        case let left?: .ok("quota", "\(left) requests left this hour")
        }
    }

    private static func refused(_ url: String, _ error: NeoWsError) -> Finding {
        let status = error.exitStatus
        return switch error {
        case .keyRefused:
            .failed("key", status, "\(error)", next: "check NASA_API_KEY; a key is free at https://api.nasa.gov")
        case .quotaSpent: .failed("quota", status, "\(error)", next: "wait, or give runs time with --max-wait")
        default: .failed("api", status, "\(url): \(error)", next: "check --api-url, the network and its proxies")
        }
    }

    /// This machine's clock, which says what day is today and when a schedule is due, beside the service's own.
    private static func clock(service: Date?, now: Date) -> Finding {
        let here = "\(now.formatted(.iso8601)), time zone \(TimeZone.current.identifier)"
        guard let service else { return .ok("clock", "\(here); nothing to compare it with") }
        let ahead = now.timeIntervalSince(service)
        let detail = "\(here), \(Int(abs(ahead).rounded())) s \(ahead < 0 ? "behind" : "ahead of") the service"
        let next = "set the clock, or have it set (NTP)"
        if abs(ahead) > clockLimit { return .failed("clock", .usage, detail, next: next) }
        return .warning("clock", detail, if: abs(ahead) > clockTolerance, next: next)
    }
}
