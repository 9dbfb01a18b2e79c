import Foundation
import Hummingbird
import Logging
import NearEarth
import Support
import Synchronization
import Warehouse

/// What the server knows between requests: the last publication and the tokens, looked at a few times a second, so that
/// an unchanged answer costs no query; and what it lets in at a time.
final class ServerState: Sendable {
    private struct Known {
        /// When the store was looked at last; the server's start counts as a look.
        var at = ContinuousClock.now
        var publication: Publication?
        var tokens: [APIToken] = []
        var pulse = ""
        var status: StatusAnswer?
        var overview: (stamp: PageCache.Stamp, overview: Overview)?
    }

    /// Whether the store is behind a network, where it may not answer. A file always does, and needs no second task.
    private let mayHang: Bool
    private let known = Mutex(Known())
    private let lightWork = Admission(4, waiting: 512)
    private let heavyWork = Admission(1, waiting: 16)
    /// How to give up what is under way, by its number.
    private let waiting = Mutex<(last: Int, give: [Int: @Sendable (Problem) -> Void])>((0, [:]))

    /// Pages that are good for as long as nothing changes, and sessions of people who gave a token.
    let (pages, sessions) = (PageCache(), Sessions())
    /// What pages read of a publication.
    let scenes = PublicationCache<DateWindow, SkyScene>(atMost: 64)
    private let rows = PublicationCache<SkyRead, [SkyRow]>(atMost: 64)
    let names = PublicationCache<Int, [ObjectName]>(atMost: 1)
    let coverage = PublicationCache<Int, [YearCoverage]>(atMost: 1)
    let changes = PublicationCache<ChangesPage.Span, ChangesInView>(atMost: 4)
    let answers = PublicationCache<DateWindow, [DayState]>(atMost: 64)
    let ruleSums = PublicationCache<RunID, [QualityResult]>(atMost: 64)
    let ruleHistory = PublicationCache<Int, [RuleHistory]>(atMost: 1)

    init(_ store: Store) {
        mayHang = !store.location.hasPrefix("sqlite:")
    }

    /// Bytes of answers that wait for their readers.
    let budget = Budget(128 << 20)

    /// How often the store is looked at, for how long a look is good, and after which time the store counts as gone.
    private static let interval: Duration = .milliseconds(100)
    private static let freshness: Duration = .seconds(1)
    private static let patience: Duration = .milliseconds(2500)
    static let storeIsGone = Problem.busy(.serviceUnavailable, "the store can't be reached", retryAfter: 5)

    /// The last publication that is known of; nil where the store was not looked at lately.
    var publication: Publication? { fresh?.publication }
    /// The tokens; none where the store was not looked at lately.
    var tokens: [APIToken] { fresh?.tokens ?? [] }
    /// Whether the store can't be reached.
    var isStoreGone: Bool { known.withLock { ContinuousClock.now - $0.at > Self.patience } }

    private var fresh: Known? {
        known.withLock { ContinuousClock.now - $0.at < Self.freshness ? $0 : nil }
    }

    /// What a page of this moment is made of; nil where the store was not looked at lately.
    func stamp(_ now: Date) -> PageCache.Stamp? {
        fresh.flatMap { known in
            known.publication.map {
                PageCache.Stamp(
                    publication: $0.number, pulse: known.pulse, minute: Int(now.timeIntervalSince1970 / 60))
            }
        }
    }

    /// How the store stands: looked at once for each stamp.
    func overview(_ store: Store, now: Date) async throws -> Overview {
        let stamp = stamp(now)
        if let stamp, let known = known.withLock({ $0.overview }), known.stamp == stamp { return known.overview }
        let overview = try await Overview(store, now: now)
        if let stamp { known.withLock { $0.overview = (stamp, overview) } }
        return overview
    }

    /// Approaches as pages show them: read once for each publication.
    func rows(_ read: SkyRead, of publication: Int64, _ store: Store) async throws -> [SkyRow] {
        // The bound is a bit wide: which ones are within it to the last digit is for the reader to say.
        let kilometers = read.within.map { $0 * Units.kilometersPerLunarDistance * (1 + 1e-9) }
        return try await rows.value(read, of: publication) { try await store.sky(read.days, within: kilometers) }
    }

    /// A token that the store knows; it may have been made a moment ago.
    func token(_ token: String, _ store: Store) async throws -> APIToken? {
        if let known = tokens.first(where: { $0.isMade(of: token) }) { return known }
        return try await admit(false) { try await store.tokens() }.first { $0.isMade(of: token) }
    }

    /// Looks at the store until the task is cancelled, or until another one was put in its place.
    func watch(_ store: Store, _ logger: Logger) async throws {
        while !Task.isCancelled {
            do {
                note(try await store.look())
            } catch StoreError.replaced(let store) {
                throw StoreError.replaced(store: store)
            } catch {
                logger.warning("The store can't be looked at; trying again.", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Whether a list goes on as of a publication that is not the last one: then it is read from the fold, which takes
    /// long.
    func isOfEarlier(_ cursor: ApproachCursor) -> Bool { cursor.publication != publication?.number }

    /// Does a request's work when its turn has come. Where the store is gone meanwhile, the work is left to end by
    /// itself: a database's own time-outs are longer than a client waits.
    func admit<Result: Sendable>(_ isHeavy: Bool, _ work: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        let admission = isHeavy ? heavyWork : lightWork
        guard mayHang else { return try await admission.admit(work) }
        let outcome = OneShot<Result>()
        let number = waiting.withLock { waiting in
            waiting.last += 1
            waiting.give[waiting.last] = { outcome.end(.failure($0)) }
            return waiting.last
        }
        let task = Task {
            do {
                outcome.end(.success(try await admission.admit(work)))
            } catch {
                outcome.end(.failure(error))
            }
            waiting.withLock { _ = $0.give.removeValue(forKey: number) }
        }
        return try await withTaskCancellationHandler {
            try await outcome.value()
        } onCancel: {
            task.cancel()
        }
    }

    private func note(_ look: StoreLook) {
        known.withLock {
            ($0.publication, $0.tokens, $0.pulse) = (look.publication, look.tokens, look.pulse)
            $0.at = .now
        }
    }

    /// Looks at the store now, after something was done to it.
    func refresh(_ store: Store) async {
        if let look = try? await store.look() { note(look) }
    }

    /// Ends what waits for a store that is gone, until the task is cancelled.
    func giveUp() async {
        while (try? await Task.sleep(for: Self.interval)) != nil {
            guard isStoreGone else { continue }
            let given = waiting.withLock { waiting in
                defer { waiting.give = [:] }
                return waiting.give.values
            }
            for give in given { give(Self.storeIsGone) }
        }
    }

    /// What the store holds: counted once for each publication.
    func status(_ store: Store) async throws -> StatusAnswer {
        let publication = try await store.publication()
        var status = known.withLock { $0.status }
        if status?.publication.number != publication.number {
            let summary = try await store.summary()
            status = StatusAnswer(
                publication: .init(number: publication.number, at: publication.date), summary: summary, lastRun: nil)
        }
        guard var status else { throw Problem(.internalServerError, "no status") }
        known.withLock { [status] in $0.status = status }
        status.lastRun = try await store.runs(limit: 1).first
        return status
    }
}

/// What `/status` answers.
struct StatusAnswer: Encodable {
    struct Published: Encodable {
        var number: Int64
        var at: Date
    }

    var publication: Published
    var summary: StoreSummary
    var lastRun: RunRecord?
}

/// A value that one waits for and that comes once: what comes later is dropped.
private final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case ended(Result<Value, any Error>)
    }

    private let state = Mutex(State.open)

    func end(_ result: Result<Value, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .ended: return nil
            case .open:
                state = .ended(result)
                return nil
            case .awaited(let waiter):
                state = .ended(result)
                return waiter
            }
        }
        waiter?.resume(with: result)
    }

    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let known = state.withLock { state -> Result<Value, any Error>? in
                if case .ended(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }
}

/// A bound on what is held at a time, in bytes or in requests.
final class Budget: Sendable {
    private let free: Mutex<Int>

    init(_ amount: Int) {
        free = Mutex(amount)
    }

    /// A share of it, given back when it goes; nil where there is not as much.
    func lease(_ amount: Int) -> Lease? {
        let isThere = free.withLock { free in
            guard free >= amount else { return false }
            free -= amount
            return true
        }
        return isThere ? Lease(amount, of: self) : nil
    }

    final class Lease: Sendable {
        private let amount: Int
        private let budget: Budget

        fileprivate init(_ amount: Int, of budget: Budget) {
            (self.amount, self.budget) = (amount, budget)
        }

        deinit { budget.free.withLock { $0 += amount } }
    }
}

/// Lets so many in at a time, and so many wait.
private struct Admission {
    private let permits: AsyncSemaphore
    private let places: Budget

    init(_ width: Int, waiting: Int) {
        permits = AsyncSemaphore(width)
        places = Budget(waiting + width)
    }

    func admit<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
        guard let place = places.lease(1) else {
            throw Problem.busy(.serviceUnavailable, "too many requests wait already", retryAfter: 2)
        }
        defer { withExtendedLifetime(place) {} }
        return try await permits.withPermit { () async throws in try await work() }
    }
}

/// How many requests each client may send: a bucket that fills at the rate and holds four seconds' worth.
final class RateLimit: Sendable {
    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }

    private let rate: Double
    private let buckets = Mutex<[String: Bucket]>([:])
    /// Clients that are remembered: those beyond have had time to fill their buckets.
    private static let mostClients = 10_000

    init(perSecond rate: Int) {
        self.rate = Double(rate)
    }

    /// Takes a request of a client's; seconds to wait where it may not send one now.
    func take(_ client: String, now: ContinuousClock.Instant = .now) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= Self.mostClients {
                buckets = buckets.filter { now - $0.value.at < .seconds(4) }
                if buckets.count >= Self.mostClients { buckets = [:] }
            }
            var bucket = buckets[client] ?? Bucket(level: 4 * rate, at: now)
            bucket.level = min(4 * rate, bucket.level + (now - bucket.at).seconds * rate)
            bucket.at = now
            defer { buckets[client] = bucket }
            guard bucket.level >= 1 else { return max(1, Int(((1 - bucket.level) / rate).rounded(.up))) }
            bucket.level -= 1
            return nil
        }
    }
}

/// Which approaches to Earth are read for pages.
struct SkyRead: Hashable, Sendable {
    var days: DateWindow
    /// At most so many lunar distances away; nil for any.
    var within: Double?
}
