import Foundation
import NearEarth
import Scheduling
import Testing

@Suite struct BacklogTests {
    /// Mondays 06:00 UTC, dealt with up to November 2nd 2026.
    private func backlog(catchup: Bool = false, misfire: ScheduleDefinition.Misfire = .run, now: String) throws
        -> Backlog
    {
        var definition = ScheduleDefinition(every: nil, cron: "0 6 * * 1")
        definition.catchup = catchup
        definition.misfire = misfire
        return try Backlog(
            definition, start: try utc("2026-01-01 00:00:00"), processedThrough: try utc("2026-11-02 06:00:00"),
            now: try utc(now))
    }

    @Test func nothingIsOwedBeforeTheNextTurn() throws {
        let found = try backlog(now: "2026-11-09 05:59:59")
        #expect(found.due == nil && found.skipped == nil)
        #expect(found.next == (try utc("2026-11-09 06:00:00")))
        #expect(found.processedThrough == (try utc("2026-11-02 06:00:00")))
    }

    @Test func aTurnCoversTheDaysSinceTheOneBefore() throws {
        let found = try backlog(now: "2026-11-09 06:00:00")
        #expect(found.due?.window.description == "2026-11-02..2026-11-09")
        #expect(found.next == (try utc("2026-11-16 06:00:00")))
    }

    @Test(
        "With catch-up the oldest missed turn comes first, without it the newest alone, the others as one that is skipped"
    )
    func missed() throws {
        let oldest = try backlog(catchup: true, now: "2026-11-25 00:00:00")
        #expect(oldest.due?.window.description == "2026-11-02..2026-11-09" && oldest.skipped == nil)
        let newest = try backlog(now: "2026-11-25 00:00:00")
        #expect(newest.due?.window.description == "2026-11-16..2026-11-23")
        #expect(newest.skipped?.window.description == "2026-11-02..2026-11-16")
        let none = try backlog(misfire: .skip, now: "2026-11-25 00:00:00")
        #expect(none.due == nil && none.skipped?.window.description == "2026-11-02..2026-11-23")
        let inTime = try backlog(misfire: .skip, now: "2026-11-23 06:59:00")
        #expect(inTime.due?.due == (try utc("2026-11-23 06:00:00")))
    }

    @Test func theFirstTurnOfAnIntervalIsItsStart() throws {
        let start = try utc("2026-11-22 10:00:00")
        let first = try Backlog(ScheduleDefinition(), start: start, processedThrough: nil, now: start)
        #expect(
            first.due?.due == start && first.due?.window.description == "2026-11-15..2026-11-22" && first.skipped == nil
        )
        #expect(
            try Backlog(ScheduleDefinition(), start: start, processedThrough: nil, now: start.addingTimeInterval(-1))
                .due == nil)
    }
}
