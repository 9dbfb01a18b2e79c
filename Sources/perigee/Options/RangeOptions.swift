import ArgumentParser
import Foundation
import NearEarth
import Support

/// A range of days.
struct RangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("First day, YYYY-MM-DD. (default: 7 days before the last)", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last day, included. (default: today, UTC)", valueName: "date"))
    var to: String?

    /// The range, so many days beyond today where no last day is given; checked before a request is spent: real days, in order, within what NeoWs covers.
    func range(ahead: Int = 0) throws -> DateWindow {
        let last = try to.map { try DateOption.day($0, "--to") } ?? CalendarDate.today.adding(days: ahead)
        let weekAgo = last.adding(days: -ahead - 7)
        let first = try from.map { try DateOption.day($0, "--from") } ?? max(DateOption.first, weekAgo)
        guard first <= last else {
            let usual = ahead == 0 ? "today" : "in \(ahead) days"
            throw CommandFailure(
                .usage, "--from \(first) is after --to \(last)\(to == nil ? " (\(usual))" : "")",
                next: "NASA would answer a swapped range without a word; give the earlier day first")
        }
        return DateWindow(from: first, to: last)
    }
}

/// Days on the command line.
enum DateOption {
    /// NeoWs's data goes from 1900 to 2200; a day beyond would only spend a request.
    private static let covered = 1900...2200

    /// The first day that NeoWs covers.
    static let first = CalendarDate(year: covered.lowerBound, month: 1, day: 1) ?? CalendarDate(daysSinceEpoch: 0)

    /// The day that an option names.
    static func day(_ text: String, _ option: String) throws -> CalendarDate {
        guard let day = CalendarDate(text) else {
            throw CommandFailure(
                .usage, "\(option) \(text) is not a day of the calendar",
                next: "give a date YYYY-MM-DD, such as 2020-02-29")
        }
        guard covered.contains(day.components.year) else {
            throw CommandFailure(
                .usage, "\(option) \(text) is outside of what NeoWs covers",
                next: "give a day from 1900-01-01 to 2200-12-31")
        }
        return day
    }
}
