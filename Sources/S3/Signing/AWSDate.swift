import Foundation

/// Instants as AWS writes them.
enum AWSDate {
    /// For `x-amz-date`: `20130524T000000Z`.
    static func basic(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted))
    }

    /// ISO 8601 with or without a fraction: `2026-11-22T21:37:59Z`.
    static func iso8601(_ text: String) -> Date? {
        let whole = text.prefix { $0 != "." }
        return try? Date(whole.hasSuffix("Z") ? String(whole) : whole + "Z", strategy: .iso8601)
    }

    /// An answer's `Date` header: `Sun, 22 Nov 2026 21:37:59 GMT` (RFC 9110, 5.6.7).
    static func http(_ text: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, let month = months.firstIndex(of: String(parts[2])), parts[1].count == 2 else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return iso8601("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
