import Foundation
import NearEarth
import Scheduling
import Testing

/// Instants as texts: `2026-03-29 02:30:00` is UTC.
func utc(_ text: String) throws -> Date { try #require(Timestamp.date(text)) }

@Suite struct CronTests {
    private func recurrence(every: String? = nil, cron: String? = nil, _ zone: String = "UTC", from start: Date) throws
        -> Recurrence
    {
        var definition = ScheduleDefinition(every: every, cron: cron)
        definition.timeZone = zone
        return try definition.recurrence(from: start)
    }

    private func dues(_ cron: String, _ zone: String, from: String, count: Int) throws -> [String] {
        let recurrence = try recurrence(cron: cron, zone, from: try utc(from))
        var found: [Date] = []
        while found.count < count, let next = recurrence.next(after: found.last ?? .distantPast) { found.append(next) }
        // Backwards, the same instants.
        for (earlier, later) in zip(found, found.dropFirst()) {
            #expect(recurrence.last(through: later.addingTimeInterval(-1)) == earlier)
        }
        return found.map { String(Timestamp.text($0).prefix(16)) }
    }

    @Test("How many turns come within a time")
    func density() throws {
        let start = try utc("2026-01-01 00:30:00")
        for (cron, count, seconds, isMore) in [
            ("* * * * *", 3, 3600, true), ("* * * * *", 60, 3600, false), ("*/20 * * * *", 2, 3600, true),
            ("*/20 * * * *", 3, 3600, false), ("0 6 * * 1", 1, 7200, false), ("0 6,7 * * 1", 1, 7200, true),
            ("0,1 6 * * *", 1, 3600, true), ("0 6 * * *", 1, 86_400, false), ("0 6 * * *", 1, 86_401, true),
        ] {
            let turns = try recurrence(cron: cron, from: start)
            #expect(turns.hasMore(than: count, withinSeconds: seconds, from: start) == isMore, "\(cron) \(count)")
        }
        for (every, isMore) in [("18m", false), ("17m", true)] {
            let turns = try recurrence(every: every, from: start)
            #expect(turns.hasMore(than: 1, withinSeconds: 1080, from: start) == isMore, "\(every)")
        }
    }

    @Test("Fields: lists, ranges, steps, names, either of two restricted days")
    func fields() throws {
        #expect(
            try dues("0 6 * * 1", "UTC", from: "2026-11-22 00:00:00", count: 2) == [
                "2026-11-23 06:00", "2026-11-30 06:00",
            ])
        #expect(
            try dues("*/20 9-10 * * *", "UTC", from: "2026-01-01 09:30:00", count: 4) == [
                "2026-01-01 09:40", "2026-01-01 10:00", "2026-01-01 10:20", "2026-01-01 10:40",
            ])
        #expect(
            try dues("5,50 0 1 jan,JUL *", "UTC", from: "2026-01-01 00:06:00", count: 3) == [
                "2026-01-01 00:50", "2026-07-01 00:05", "2026-07-01 00:50",
            ])
        #expect(
            try dues("0 0 13 * fri", "UTC", from: "2026-02-10 00:00:00", count: 4) == [
                "2026-02-13 00:00", "2026-02-20 00:00", "2026-02-27 00:00", "2026-03-06 00:00",
            ])
        #expect(
            try dues("0 0 29 2 *", "UTC", from: "2026-01-01 00:00:00", count: 2) == [
                "2028-02-29 00:00", "2032-02-29 00:00",
            ])
        #expect(try dues("@weekly", "UTC", from: "2026-11-22 00:00:01", count: 1) == ["2026-11-29 00:00"])
        #expect(try dues("0 0 * * 7", "UTC", from: "2026-11-23 00:00:00", count: 1) == ["2026-11-29 00:00"])
        #expect(
            try dues("0 12 * * 1-5", "UTC", from: "2026-11-27 13:00:00", count: 2) == [
                "2026-11-30 12:00", "2026-12-01 12:00",
            ])
    }

    @Test("A skipped time is due at the change, one that comes twice the first time; a wild hour takes every turn")
    func daylightSaving() throws {
        // Berlin 2026: March 29th 02:00 becomes 03:00 (01:00 UTC), October 25th 03:00 becomes 02:00 (01:00 UTC).
        #expect(
            try dues("30 2 * * *", "Europe/Berlin", from: "2026-03-28 00:00:00", count: 3) == [
                "2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30",
            ])
        #expect(
            try dues("30 2 * * *", "Europe/Berlin", from: "2026-10-24 00:00:00", count: 3) == [
                "2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30",
            ])
        #expect(
            try dues("*/30 * * * *", "Europe/Berlin", from: "2026-10-24 23:45:00", count: 6)
                == [
                    "2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00",
                    "2026-10-25 02:30",
                ])
        #expect(
            try dues("*/30 * * * *", "Europe/Berlin", from: "2026-03-29 00:15:00", count: 3) == [
                "2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30",
            ])
        // Lord Howe Island changes by half an hour; Sydney's Monday morning is UTC's Sunday.
        #expect(
            try dues("15 2 * * *", "Australia/Lord_Howe", from: "2026-10-03 00:00:00", count: 2) == [
                "2026-10-03 15:30", "2026-10-04 15:15",
            ])
        #expect(
            try dues("0 6 * * 1", "Australia/Sydney", from: "2026-11-22 00:00:00", count: 1) == ["2026-11-22 19:00"])
    }

    @Test(
        "What is not an expression is refused, with what is wrong with it",
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "*/0 * * * *", "5-1 * * * *", "a * * * *",
            "1, * * * *", "1--2 * * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "-1 * * * *", "1/ * * * *", "@never",
        ])
    func refused(text: String) {
        #expect(throws: ScheduleError.self) { try recurrence(cron: text, from: Date()) }
    }

    @Test("Intervals in days keep the time on the wall, in hours the time between")
    func intervals() throws {
        let start = try utc("2026-03-23 05:00:00")
        let weekly = try recurrence(every: "7d", "Europe/Berlin", from: start)
        #expect(weekly.next(after: start) == (try utc("2026-03-30 04:00:00")))
        #expect(weekly.last(through: start.addingTimeInterval(-1)) == nil)
        let hourly = try recurrence(every: "12h", "Europe/Berlin", from: start)
        #expect(hourly.next(after: try utc("2026-03-29 05:00:00")) == (try utc("2026-03-29 17:00:00")))
        for text in ["", "7", "0d", "-1d", "7x", "1.5h", "99999999999999999999d", "4000d"] {
            #expect(throws: ScheduleError.self) { try recurrence(every: text, from: start) }
        }
        #expect(throws: ScheduleError.badZone("Europe/Atlantis")) {
            try recurrence(every: "7d", "Europe/Atlantis", from: start)
        }
    }
}
