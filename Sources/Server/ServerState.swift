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
        var status: StatusAnswer?
    }

    private let known = Mutex(Known())
    private let lightWork = Admission(4, waiting: 512)
    private let heavyWork = Admission(1, waiting: 16)

    /// Bytes of answers that wait for their readers.
    let budget = Budget(128 << 20)

    /// How often the store is looked at, for how long a look is good, and after which time the store counts as gone.
    private static let interval: Duration = .milliseconds(100)
    private static let freshness: Duration = .seconds(1)
    private static let patience: Duration = .seconds(4)

    /// The last publication that is known of; nil where the store was not looked at lately.
    var publication: Publication? { fresh?.publication }
    /// The tokens; none where the store was not looked at lately.
    var tokens: [APIToken] { fresh?.tokens ?? [] }
    /// Whether the store can't be reached.
    var isStoreGone: Bool { known.withLock { ContinuousClock.now - $0.at > Self.patience } }

    private var fresh: Known? {
        known.withLock { ContinuousClock.now - $0.at < Self.freshness ? $0 : nil }
    }

    /// Looks at the store until the task is cancelled.
    func watch(_ store: Store, _ logger: Logger) async {
        while !Task.isCancelled {
            do {
                let (publication, tokens) = (try await store.publication(), try await store.tokens())
                known.withLock { ($0.publication, $0.tokens, $0.at) = (publication, tokens, .now) }
            } catch {
                logger.warning("The store can't be looked at; trying again.", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Whether a list goes on as of a publication that is not the last one: then it is read from the fold, which takes
    /// long.
    func isOfEarlier(_ cursor: ApproachCursor) -> Bool { cursor.publication != publication?.number }

    /// Does a request's work when its turn has come.
    func admit<Result: Sendable>(_ isHeavy: Bool, _ work: @Sendable () async throws -> Result) async throws -> Result {
        try await (isHeavy ? heavyWork : lightWork).admit(work)
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
