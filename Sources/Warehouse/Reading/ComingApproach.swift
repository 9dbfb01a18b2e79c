public import Foundation
public import NearEarth

/// An approach that is to come.
public struct ComingApproach: Sendable {
    /// What NASA says.
    public var approach: CloseApproach
    /// The instant (UTC); nil where NASA states the day alone.
    public var at: Date?
    /// Seconds from now; nil where NASA states the day alone.
    public var secondsToGo: Int?

    /// The approach as JSON: in it `approach`, with NASA's digits.
    public var json: [UInt8] {
        JSONText.line(
            Members(at: at, missDistanceLd: approach.lunarDistances, secondsToGo: secondsToGo),
            adding: ["approach": ApproachForm.facts.bytes(approach)])
    }

    private struct Members: Encodable {
        var at: Date?
        var missDistanceLd: Double?
        var secondsToGo: Int?
    }
}

extension Store {
    /// The approaches of a query that are to come within so many days, the soonest first. Those whose instant NASA does
    /// not state count to the end of their day, and come last on it.
    public func coming(_ query: ApproachQuery, days: Int, limit: Int, now: Date) async throws(StoreError)
        -> [ComingApproach]
    {
        // NASA's clock is TDB.
        let dynamicalNow = Timestamp.milliseconds(now) + Units.millisecondsTDBAheadOfUTC
        let today = CalendarDate(epochMilliseconds: dynamicalNow)
        var query = query
        (query.from, query.to) = (today, today.adding(days: days))
        (query.order, query.limit) = (.date, nil)
        let found = try await approaches(query).map(\.approach).filter { approach in
            guard let epoch = approach.epochMilliseconds else { return true }
            return epoch >= dynamicalNow && epoch - dynamicalNow <= Int64(days) * 86_400_000
        }
        func order(_ one: CloseApproach) -> (CalendarDate, Int64, String) {
            (one.observationDate, one.epochMilliseconds ?? .max, one.id)
        }
        return found.sorted { order($0) < order($1) }.prefix(limit).map { approach in
            let instant = approach.epochMilliseconds.map { $0 - Units.millisecondsTDBAheadOfUTC }
            return ComingApproach(
                approach: approach, at: instant.map(Timestamp.date),
                secondsToGo: instant.map { Int(($0 - Timestamp.milliseconds(now)) / 1000) })
        }
    }
}
