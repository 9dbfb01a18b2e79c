import NearEarth

/// The window that a request to `/feed` asks for, by NeoWs's rules.
enum FeedQuery {
    /// Either the window, or the message of the refusal.
    enum Outcome {
        case window(DateWindow)
        case refused(message: String)
    }

    /// Reads the two dates; nil is a parameter that was not given.
    ///
    /// Without `end_date` the window ends seven days after its start; without both it starts today. A start after the
    /// end is answered as if the two were swapped.
    static func window(start: String?, end: String?, today: CalendarDate) -> Outcome {
        var dates: [CalendarDate?] = []
        for text in [start, end] {
            let date = text.flatMap { CalendarDate($0) }
            if let text, date == nil {
                return .refused(message: "\(dateFormat)\(text) - Unparseable date: \"\(text)\"")
            }
            dates.append(date)
        }
        let from = dates[0] ?? today
        let to = dates[1] ?? from.adding(days: DateWindow.maximumDays - 1)
        guard start != nil || end == nil else { return .refused(message: tooLong) }
        let window = DateWindow(from: min(from, to), to: max(from, to))
        return window.dayCount > DateWindow.maximumDays ? .refused(message: tooLong) : .window(window)
    }

    private static let dateFormat = "Date Format Exception - Expected format (yyyy-mm-dd) - "
    private static let tooLong = dateFormat + "The Feed date limit is only 7 Days"
}
