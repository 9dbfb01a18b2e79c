public import Foundation

/// What a schedule is: when it is due, what it covers, and what happens when things go wrong. Kept in the ledger as
/// JSON.
public struct ScheduleDefinition: Sendable, Hashable, Codable {
    /// An interval, `7d`; nil where there is a cron expression.
    public var every: String?
    /// A cron expression; nil where there is an interval.
    public var cron: String?
    /// Time zone of the IANA database.
    public var timeZone = "UTC"
    /// Whether every turn that was missed is run, the oldest first; else the newest alone, the others being recorded as
    /// skipped.
    public var catchup = false
    /// Whether, without catch-up, a turn that comes too late is run nevertheless.
    public var misfire = Misfire.run
    /// How late a turn may come before it counts as missed, seconds.
    public var misfireGrace = 3600
    /// How many days before the turn's own are asked for again, because NASA revises past days.
    public var lookBack = 7
    /// How many days beyond today the newest turn asks for, too.
    public var ahead = 60
    /// How often a stage that failed is tried again.
    public var retries = 2
    /// The pause before the first retry, seconds; it doubles each time.
    public var retryDelay = 60
    /// Bound on a stage of one batch, seconds; 0 for none.
    public var stageTimeout = 3600

    /// What happens to a missed turn.
    public enum Misfire: String, Sendable, Codable, CaseIterable {
        case run, skip
    }

    enum CodingKeys: String, CodingKey {
        case every, cron, catchup, misfire, retries
        case timeZone = "time_zone"
        case misfireGrace = "misfire_grace_s"
        case lookBack = "look_back_days"
        case ahead = "ahead_days"
        case retryDelay = "retry_delay_s"
        case stageTimeout = "stage_timeout_s"
    }

    /// Seconds between two turns; nil for a cron expression.
    public var interval: Int? {
        get throws(ScheduleError) {
            guard let every else { return nil }
            let interval = try Interval(every)
            return interval.days * 86_400 + interval.seconds
        }
    }

    /// When it is due, for people.
    public var text: String { (cron.map { "cron \($0)" } ?? "every \(every ?? "7d")") + ", \(timeZone)" }

    /// A schedule for every 7 days.
    public init(every: String? = "7d", cron: String? = nil) {
        self.every = every
        self.cron = cron
    }

    /// Reads what the ledger has; a schedule that was kept before there was a look ahead has none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        every = try values.decodeIfPresent(String.self, forKey: .every)
        cron = try values.decodeIfPresent(String.self, forKey: .cron)
        timeZone = try values.decode(String.self, forKey: .timeZone)
        catchup = try values.decode(Bool.self, forKey: .catchup)
        misfire = try values.decode(Misfire.self, forKey: .misfire)
        misfireGrace = try values.decode(Int.self, forKey: .misfireGrace)
        lookBack = try values.decode(Int.self, forKey: .lookBack)
        ahead = try values.decodeIfPresent(Int.self, forKey: .ahead) ?? 0
        retries = try values.decode(Int.self, forKey: .retries)
        retryDelay = try values.decode(Int.self, forKey: .retryDelay)
        stageTimeout = try values.decode(Int.self, forKey: .stageTimeout)
    }

    /// When it is due, counted from `start`.
    public func recurrence(from start: Date) throws(ScheduleError) -> Recurrence {
        guard let zone = TimeZone(identifier: timeZone) else { throw .badZone(timeZone) }
        let rule: Recurrence.Rule =
            if let cron { .cron(try CronExpression(cron)) } else { .every(try Interval(every ?? "7d")) }
        return Recurrence(rule: rule, start: start, time: LocalTime(zone: zone))
    }
}
