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
}
