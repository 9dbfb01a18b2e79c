import Foundation
import HTTPTypes
import NearEarth
import Pipeline
import Scheduling
import Support
import Warehouse

/// What every page shows of the store: how fresh it is, and what is wrong.
struct Overview: Sendable {
    /// The last publication.
    var publication: Publication
    /// Where the store is, without credentials.
    var location: String
    /// `nasa`, `simulated`, or nil while the store is empty.
    var origin: String?
    /// The first and last day that anything is published of.
    var covered: DateWindow?
    /// The last runs, the newest first.
    var runs: [RunRecord]
    /// The schedule, if there is one.
    var schedule: ScheduleSummary?
    /// The days that the sky picture shows where nothing else is asked for, and what the store has of them.
    var days: [DayState]
    /// Answers about them that the audit refused.
    var refusals: [Refusal]
    /// Open entries of the quarantine.
    var openQuarantine: Int
    /// When this was looked at.
    var now: Date

    /// Days behind and ahead of today that the sky picture shows.
    static let (behind, ahead) = (30, 60)
    /// How many runs are looked at.
    private static let runsInSight = 100
    /// Without a schedule, data is fresh for so long.
    private static let usualFreshness: TimeInterval = 8 * 86_400
    /// How long a turn may take before its data counts as stale.
    private static let grace: TimeInterval = 2 * 3600

    /// How the data stands.
    enum State: Equatable {
        case empty
        case failing(runs: Int)
        /// Nothing about today is published.
        case elsewhere
        case stale(since: Date)
        case fresh(since: Date)
    }

    /// Looks at a store.
    init(_ store: Store, now: Date) async throws {
        self.now = now
        location = store.location
        publication = try await store.publication()
        origin = try await store.origin()
        covered = try await store.daysCovered()
        runs = try await store.runs(limit: Self.runsInSight)
        schedule = try await store.scheduleSummary(slots: 50)
        let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(now) + Units.millisecondsTDBAheadOfUTC)
        days = try await store.days(
            DateWindow(from: today.adding(days: -Self.behind), to: today.adding(days: Self.ahead)))
        refusals = try await store.refusals(
            of: DateWindow(
                from: CalendarDate(year: 1800, month: 1, day: 1) ?? today,
                to: CalendarDate(year: 2400, month: 1, day: 1) ?? today))
        openQuarantine = try await store.openQuarantine()
    }

    /// Whether the data is made up.
    var isSimulated: Bool { origin == "simulated" }

    /// Runs about days: what a lookup failed at says nothing of the data as a whole.
    private var runsOfDays: [RunRecord] { runs.filter { $0.from != nil } }

    /// The run under way, if its process shows that it lives; of several one about days.
    var running: RunRecord? {
        runsOfDays.first { $0.isAlive(now) } ?? runs.first { $0.isAlive(now) }
    }

    /// The newest run of days that ended, whole or in part.
    var lastGood: RunRecord? {
        runsOfDays.first { $0.status == .succeeded || $0.status == .partial }
    }

    /// The newest runs of days, as many as failed or were broken off in a row.
    var failures: [RunRecord] {
        Array(runsOfDays.drop { $0.isAlive(now) }.prefix { $0.status == .failed || $0.status == .running })
    }

    /// How the data stands, whatever runs.
    var state: State {
        if !failures.isEmpty { return .failing(runs: failures.count) }
        guard covered != nil else { return .empty }
        // The answer about today says how old the picture is, not a run about other days.
        let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(now))
        guard let since = days.first(where: { $0.date == today })?.saidAt else { return .elsewhere }
        return isStale(since) ? .stale(since: since) : .fresh(since: since)
    }

    /// Whether the data is older than it should be: a turn of the schedule came and went, or there is none.
    private func isStale(_ since: Date) -> Bool {
        guard let schedule, !schedule.paused,
            let next = try? schedule.definition.recurrence(from: schedule.start).next(after: since)
        else { return now.timeIntervalSince(since) > Self.usualFreshness }
        return now.timeIntervalSince(next) > Self.grace
    }

    /// The next turn of a schedule that does not rest.
    var nextTurn: Date? { schedule.flatMap { $0.paused ? nil : $0.next } }
}

extension RunRecord {
    /// Whether it is under way, and its process shows that it lives.
    func isAlive(_ now: Date) -> Bool {
        status == .running && now.timeIntervalSince(heartbeatAt) < Store.leaseSeconds
    }
}

extension DayState {
    /// What it is on a calendar.
    enum Kind: String, CaseIterable {
        case published, coming, stale, refused, missing
    }

    /// What it is at a moment. Stale: the newest answer is more than 30 days old and was given before the day was over,
    /// so that what was found at the pass is not in it.
    func kind(now: Date) -> Kind {
        guard refusal == nil else { return .refused }
        guard let saidAt else { return .missing }
        let end = Timestamp.date(milliseconds: Int64(date.daysSinceEpoch + 1) * 86_400_000)
        if now.timeIntervalSince(saidAt) > 30 * 86_400, saidAt < end { return .stale }
        return end > now ? .coming : .published
    }
}
