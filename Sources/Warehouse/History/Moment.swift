public import Foundation
import NearEarth

/// A moment of a store's history, as people name it.
public enum Moment: Sendable, Hashable {
    /// The end of a run.
    case run(RunID)
    /// So many seconds ago.
    case ago(TimeInterval)
    /// An instant.
    case at(Date)

    /// The texts that name one.
    public static let forms = "7d or 12h (ago), a run's number (its end), YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SSZ"

    /// Those that name one that stays where it is.
    public static let fixedForms = "a run's number (its end), YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SSZ"

    /// The moment that a text names; nil for any other text.
    public init?(_ text: String) {
        if let number = RunID(text), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
            self = .run(number)
        } else if let count = Int(text.dropLast()), (1...1_000_000).contains(count),
            let unit = ["d": 86_400.0, "h": 3600][text.suffix(1)]
        {
            self = .ago(Double(count) * unit)
        } else if let day = CalendarDate(text) {
            self = .at(Date(timeIntervalSince1970: Double(day.daysSinceEpoch) * 86_400))
        } else if text.hasSuffix("Z"), let instant = Timestamp.date(text) {
            self = .at(instant)
        } else {
            return nil
        }
    }

    /// Whether it is a run's.
    public var isRun: Bool { if case .run = self { true } else { false } }
    /// Whether it moves with the clock.
    public var isRelative: Bool { if case .ago = self { true } else { false } }
}

/// A run that the ledger does not have, or that has not ended.
public struct UnknownRun: Error, Sendable {
    /// Its number.
    public var run: RunID
}

extension Store {
    /// When a moment was.
    public func date(of moment: Moment, now: Date) async throws(StoreError) -> Result<Date, UnknownRun> {
        switch moment {
        case .ago(let seconds): return .success(now.addingTimeInterval(-seconds))
        case .at(let date): return .success(date)
        case .run(let number):
            guard let run = try await run(number), run.status != .running else {
                return .failure(UnknownRun(run: number))
            }
            return .success(run.finishedAt ?? run.heartbeatAt)
        }
    }
}
