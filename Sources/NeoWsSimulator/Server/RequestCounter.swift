import Synchronization

/// What came in since the start or the last reset: counts for `/_stats`, quota used, requests to `/feed`.
final class RequestCounter: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var lastHour: [String: [ContinuousClock.Instant]] = [:]
        var feeds = 0
    }

    private let state = Mutex(State())

    /// Adds one to a count.
    func count(_ name: String) {
        state.withLock { $0.counts[name, default: 0] += 1 }
    }

    /// Takes one request from a key's quota of the hour that ends now, and counts it under its name, or under
    /// `over_limit` where none is left. A refused one does not use quota, as at api.nasa.gov.
    ///
    /// - Returns: the requests still allowed, and the seconds until the next one is; nil where this one was.
    func take(key: String, limit: Int, as name: String) -> (remaining: Int, refusedFor: Int?) {
        let now = ContinuousClock.now
        let hour = Duration.seconds(3600)
        return state.withLock { state in
            // Taken out and put back, so that it grows without a copy.
            var times = state.lastHour.removeValue(forKey: key) ?? []
            defer { state.lastHour[key] = times }
            times.removeFirst(times.prefix { $0 + hour <= now }.count)
            guard times.count < limit else {
                state.counts["over_limit", default: 0] += 1
                let wait = times.first.map { $0 + hour - now } ?? hour
                return (0, Int(wait.components.seconds) + 1)
            }
            state.counts[name, default: 0] += 1
            times.append(now)
            return (limit - times.count, nil)
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
    var counts: [(key: String, value: Int)] {
        state.withLock { $0.counts.sorted { $0.key < $1.key } }
    }

    /// Forgets everything, quotas too.
    func reset() {
        state.withLock { $0 = State() }
    }
}
