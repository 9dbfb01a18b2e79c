import Foundation
import HTTPTypes
import NearEarth
import Pipeline
import Scheduling
import Support
import Warehouse

/// What every page shows of the store: how fresh it is, and what is wrong.
package struct Overview: Sendable {
    /// The last publication.
    var publication: Publication
    /// Where the store is, without credentials.
    var location: String
    /// `nasa`, `simulated`, or nil while the store is empty.
    var origin: String?
    /// The first and last day that anything is published of.
    var covered: DateWindow?
    /// The last runs, the newest first.
    package var runs: [RunRecord]
    /// The schedule, if there is one.
    package var schedule: ScheduleSummary?
    /// The days that the sky picture shows where nothing else is asked for, and what the store has of them.
    var days: [DayState]
    /// Answers about them that the audit refused.
    var refusals: [Refusal]
    /// The last runs about days, the newest first: what a lookup failed at says nothing of the data as a whole.
    private var runsOfDays: [RunRecord]
    /// What failed and is not mended, the newest first.
    var failures: [Failure] = []
    /// Open entries of the quarantine.
    var openQuarantine: Int
    /// When this was looked at.
    var now: Date

    /// Days behind and ahead of today that the sky picture shows.
    static let (behind, ahead) = (30, 60)
    /// How many runs are looked at.
    private static let runsInSight = 100
    /// By how much NASA's clock may be ahead of this machine's without a word about it.
    private static let clockTolerance: TimeInterval = 600
    /// Without a schedule, data is fresh for so long.
    private static let usualFreshness: TimeInterval = 8 * 86_400
    /// How long a turn may take before its data counts as stale.
    private static let grace: TimeInterval = 2 * 3600

    /// How the data stands.
    package enum State: Equatable {
        case empty
        case failing(runs: Int)
        /// Nothing about today is published, or by a clock that is ahead of ours.
        case elsewhere
        case stale(since: Date)
        case fresh(since: Date)
    }

    /// Looks at a store.
    package init(_ store: Store, now: Date) async throws {
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
        runsOfDays = try await store.runsOfDays(limit: Self.runsInSight)
        for failure in allFailures where try await !isMended(failure, store) { failures.append(failure) }
    }

    /// Whether the data is made up.
    package var isSimulated: Bool { origin == "simulated" }

    /// The run under way, if its process shows that it lives; of several one about days.
    var running: RunRecord? {
        runsOfDays.first { $0.isAlive(now) } ?? runs.first { $0.isAlive(now) }
    }

    /// The newest run of days that ended, whole or in part.
    var lastGood: RunRecord? {
        runsOfDays.first { $0.status == .succeeded || $0.status == .partial }
    }

    /// The first and the last day that anything is known of: published, or refused.
    var known: DateWindow? {
        let windows = (covered.map { [$0] } ?? []) + refusals.compactMap(\.batch.window)
        guard let from = windows.map(\.from).min(), let to = windows.map(\.to).max() else { return nil }
        return DateWindow(from: from, to: to)
    }

    /// Runs about days that failed or were broken off, and turns that failed before a run began, the newest first.
    private var allFailures: [Failure] {
        // Whoever interrupted a run knows.
        let ofRuns = runsOfDays.filter {
            $0.status == .failed && $0.exitCode != Int(ExitStatus.interrupted.rawValue)
                || $0.status == .running && !$0.isAlive(now)
        }
        let ofTurns = (schedule?.slots ?? []).filter { $0.state == .failed && $0.run == nil && $0.task != .replay }
        return (ofRuns.compactMap(Failure.init) + ofTurns.map(Failure.init)).sorted { $0.at > $1.at }
    }

    /// Whether a failure is of the past: a run about its days ended well since, or a replay, each of its days is
    /// published, and nothing that it asked for is still refused.
    private func isMended(_ failure: Failure, _ store: Store) async throws -> Bool {
        let isGood = { (run: RunRecord) in
            (run.status == .succeeded || run.status == .partial) && run.finishedAt ?? run.startedAt > failure.at
        }
        // What was asked for wrongly is not asked for again.
        let isWrong = failure.run?.exitCode == 64
        let hasGood =
            runsOfDays.contains { isGood($0) && (isWrong || $0.isAbout(failure.days)) }
            || runs.contains { isGood($0) && $0.command == "replay" }
        guard hasGood, !isWrong else { return hasGood }
        guard !refusals.contains(where: { $0.run == failure.run?.id }) else { return false }
        return try await store.isAnswered(failure.days)
    }

    /// Whether nothing about days ended well since the newest failure.
    var isFailingNow: Bool {
        failures.first.map { failure in lastGood.map { $0.finishedAt ?? $0.startedAt < failure.at } ?? true } ?? false
    }

    /// NASA's answer about today, where it is of a time that this machine's clock has not reached.
    var answerAhead: Date? {
        answerOfToday.flatMap { $0.timeIntervalSince(now) > Self.clockTolerance ? $0 : nil }
    }

    /// When NASA gave the newest answer about today: it says how old the picture is, not a run about other days.
    private var answerOfToday: Date? {
        let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(now))
        return days.first { $0.date == today }?.saidAt
    }

    /// How the data stands, whatever runs.
    package var state: State {
        if !failures.isEmpty { return .failing(runs: failures.count) }
        guard covered != nil else { return .empty }
        guard let since = answerOfToday, answerAhead == nil else { return .elsewhere }
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
    package var nextTurn: Date? { schedule.flatMap { $0.paused ? nil : $0.next } }
}

/// A run that failed, or a turn of the schedule that failed before a run began.
struct Failure: Sendable {
    /// The days that were asked for.
    var days: DateWindow
    /// When it was over, as far as is known.
    var at: Date
    /// The run; nil where none began.
    var run: RunRecord?
    /// What went wrong.
    var error: String?

    /// Of a run about days.
    init?(_ run: RunRecord) {
        guard let from = run.from, let to = run.to, from <= to else { return nil }
        (days, at, self.run) = (DateWindow(from: from, to: to), run.finishedAt ?? run.heartbeatAt, run)
        error = run.status == .running ? "Its process is gone." : run.error
    }

    /// Of a turn, or of what was asked for by hand.
    init(_ slot: SlotRecord) {
        (days, at, error) = (slot.window, slot.finishedAt ?? slot.due, slot.error)
    }
}

extension RunRecord {
    /// Whether it is about one of these days or more.
    func isAbout(_ days: DateWindow) -> Bool {
        guard let from, let to else { return false }
        return from <= days.to && to >= days.from
    }

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
