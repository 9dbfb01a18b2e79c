import Synchronization

/// What came in since the start or the last reset: counts for `/_stats`, quota used, requests to `/feed`.
final class RequestCounter: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var windows: [String: SlidingHour] = [:]
        var feeds = 0
    }

    private let state = Mutex(State())

    /// What a key has left after a request.
    struct Quota {
        /// Requests still allowed in the hour that ends now.
        let remaining: Int
        /// Seconds until the next request is allowed; nil where this one was.
        let refusedFor: Int?
    }

    /// Adds one to a count.
    func count(_ name: String) {
        state.withLock { $0.counts[name, default: 0] += 1 }
    }

    /// Takes one request from a key's quota and counts it under its name, or under `over_limit` where none is left.
    func take(key: String, limit: Int, as name: String) -> Quota {
        let now = ContinuousClock.now
        return state.withLock { state in
            let quota = state.windows[key, default: SlidingHour()].take(at: now, limit: limit)
            state.counts[quota.refusedFor == nil ? name : "over_limit", default: 0] += 1
            return quota
        }
    }

    /// Counts a request to `/feed` and tells the fault that is due with it, if any.
    func dueFault(of faults: [Fault]) -> Fault.Kind? {
        state.withLock { state in
            state.feeds += 1
            guard let fault = faults.first(where: { state.feeds % $0.every == 0 }) else { return nil }
            state.counts["fault_\(fault.kind.rawValue)", default: 0] += 1
            return fault.kind
        }
    }

    /// The counts, by name.
    var counts: [(name: String, count: Int)] {
        state.withLock { $0.counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    /// Forgets everything, quotas too.
    func reset() {
        state.withLock { $0 = State() }
    }
}

/// The requests of one key in the last hour. A refused one does not count, as at api.nasa.gov.
struct SlidingHour {
    private var times: [ContinuousClock.Instant] = []
    /// The first of `times` that is younger than an hour.
    private var oldest = 0

    mutating func take(at now: ContinuousClock.Instant, limit: Int) -> RequestCounter.Quota {
        let hour = Duration.seconds(3600)
        while oldest < times.count, times[oldest] + hour <= now { oldest += 1 }
        if oldest > 1024, oldest * 2 > times.count {
            times.removeFirst(oldest)
            oldest = 0
        }
        let used = times.count - oldest
        guard used < limit else {
            let wait = used == 0 ? hour : times[oldest] + hour - now
            return RequestCounter.Quota(remaining: 0, refusedFor: Int(wait.components.seconds) + 1)
        }
        times.append(now)
        return RequestCounter.Quota(remaining: limit - used - 1, refusedFor: nil)
    }
}
