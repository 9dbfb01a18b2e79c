import Foundation
import NearEarth
import Support
import Warehouse

/// Options that name a moment of the store's history.
enum MomentOption {
    static let forms = "7d or 12h (ago), a run's number (its end), YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SSZ"

    /// The moment that an option names.
    static func moment(_ text: String, _ option: String, _ store: Store, now: Date = Date()) async throws -> Date {
        if let number = RunID(text) {
            let run = try await store.existingRun(number)
            guard run.status != .running else {
                throw CommandFailure(
                    .usage, "\(option): run \(number) has not ended", next: "see `perigee runs`, or name an earlier one"
                )
            }
            return run.finishedAt ?? run.heartbeatAt
        }
        if let count = Int(text.dropLast()), count > 0, let unit = ["d": 86_400.0, "h": 3600][text.suffix(1)] {
            return now.addingTimeInterval(-Double(count) * unit)
        }
        if let day = CalendarDate(text) { return Date(timeIntervalSince1970: Double(day.daysSinceEpoch) * 86_400) }
        if text.hasSuffix("Z"), let moment = Timestamp.date(text) { return moment }
        throw CommandFailure(.usage, "\(option) \(text) is not a moment", next: "give \(forms)")
    }
}
