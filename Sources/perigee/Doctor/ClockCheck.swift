import Foundation
import Pipeline
import Support

/// This machine's clock, which says what day is today and when a schedule is due. The service's own is at hand for
/// comparison.
enum ClockCheck {
    /// Beyond this, the two disagree by more than a slow answer explains, seconds.
    private static let tolerance = 60.0
    /// Beyond this, days begin at the wrong time and living runs look dead, seconds.
    private static let limit = 600.0

    static func finding(service: Date?, now: Date) -> Finding {
        let zone = TimeZone.current.identifier
        guard let service else { return .ok("clock", "\(iso(now)), time zone \(zone); nothing to compare it with") }
        let ahead = now.timeIntervalSince(service)
        let detail =
            "\(iso(now)), time zone \(zone), \(Int(abs(ahead).rounded())) s \(ahead < 0 ? "behind" : "ahead of") the service"
        let next = "set the clock, or have it set (NTP)"
        if abs(ahead) > limit { return .failed("clock", .usage, detail, next: next) }
        return abs(ahead) > tolerance ? .warning("clock", detail, next: next) : .ok("clock", detail)
    }

    private static func iso(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
