import Foundation
import PerigeeTesting

/// 2020, back-filled without any fault: what every disturbed back-fill has to come to.
struct UndisturbedYear: Sendable {
    let contentHash: String
    /// How long the back-fill took.
    let duration: Duration

    /// Made once for all tests.
    static var shared: UndisturbedYear { get async throws { try await made.value } }

    static let from = "2020-01-01"
    static let to = "2020-12-31"

    private static let made = Task {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let began = ContinuousClock.now
        _ = try await place.json("backfill", "--from", from, "--to", to)
        let duration = began.duration(to: .now)
        return UndisturbedYear(contentHash: try await place.contentHash(), duration: duration)
    }
}

extension Workplace {
    /// Back-fills 2020.
    func backfill(_ options: String..., service: String? = nil, status: Int32 = 0) async throws -> Answer {
        let outcome = try await Program.run(
            ["backfill", "--from", UndisturbedYear.from, "--to", UndisturbedYear.to, "--json"] + options,
            in: folder.path,
            environment: environment.merging(service.map { ["PERIGEE_API_URL": $0] } ?? [:]) { $1 })
        guard outcome.status == status else {
            throw Failure(message: "backfill ended with \(outcome.status): \(outcome.errors)\(outcome.output)")
        }
        return Answer(try outcome.json())
    }

    /// Starts a back-fill of 2020.
    func startBackfill(_ options: String...) throws -> Started {
        try Program.start(
            ["backfill", "--from", UndisturbedYear.from, "--to", UndisturbedYear.to, "--json"] + options,
            in: folder.path, environment: environment)
    }
}
