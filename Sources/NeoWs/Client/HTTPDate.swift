import Foundation
import NearEarth

/// The `Date` header of an answer (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    /// The instant, or nil where the text has another form. Foundation's formatter would cost every run milliseconds.
    static func date(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
            let month = CalendarDate.monthNames.firstIndex(of: String(parts[2])),
            let year = Int(parts[3]), let date = CalendarDate(year: year, month: month + 1, day: day)
        else { return nil }
        return Timestamp.date("\(date) \(parts[4])")
    }
}
