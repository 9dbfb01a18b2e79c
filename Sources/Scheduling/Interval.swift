/// A time between two runs: whole days by the calendar, which keep the time on the wall, or hours, minutes, seconds by
/// the clock.
struct Interval: Sendable {
    /// Days; 0 where it is given in a smaller unit.
    let days: Int
    /// Seconds; 0 where it is given in days.
    let seconds: Int

    /// Reads `7d`, `2w`, `12h`, `30m`, `45s`: at least a second, at most ten years.
    init(_ text: String) throws(ScheduleError) {
        let digits = text.prefix(while: \.isNumber)
        let limit = 3660
        guard let number = Int(digits), number > 0, number <= limit * 86_400 else { throw .badInterval(text) }
        switch text.dropFirst(digits.count) {
        case "d": (days, seconds) = (number, 0)
        case "w": (days, seconds) = (number * 7, 0)
        case "h": (days, seconds) = (0, number * 3600)
        case "m": (days, seconds) = (0, number * 60)
        case "s": (days, seconds) = (0, number)
        default: throw .badInterval(text)
        }
        guard days <= limit, seconds <= limit * 86_400 else { throw .badInterval(text) }
    }
}
