/// Times as users write them: `30s`, `5m`, `2h`, `1d`, or seconds without a unit.
enum DurationText {
    /// The time a text names, or nil.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits), number >= 0 else { return nil }
        let factor: Int
        switch text.dropFirst(digits.count) {
        case "", "s": factor = 1
        case "m": factor = 60
        case "h": factor = 3600
        case "d": factor = 86_400
        case "ms": return .milliseconds(number)
        default: return nil
        }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow || seconds > 366 * 86_400 ? nil : .seconds(seconds)
    }

    /// A time for people: `12 s`, `3 min 20 s`, `2 h 5 min`.
    static func text(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
        case 172_800...: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        }
    }
}
