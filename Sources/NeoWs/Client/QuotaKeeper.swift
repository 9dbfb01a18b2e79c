/// Holds requests back while the quota asks for it, and ends the wait for good once it would be longer than allowed.
actor QuotaKeeper {
    private var quota = Quota()
    private let allowed: Duration
    private(set) var waited: Duration = .zero
    private var waitEnds: ContinuousClock.Instant?
    private(set) var requests = 0

    init(allowed: Duration) {
        self.allowed = allowed
    }

    /// What is left according to the last answer; nil before the first.
    var remaining: Int? { quota.remaining }

    /// Waits until a request may go out, and counts it. `needed` requests are planned in all.
    func admit(needed: Int) async throws(NeoWsError) {
        while true {
            let now = ContinuousClock.now
            let delay = quota.delay(now: now, needed: needed)
            guard delay > .zero else {
                quota.spend(now: now)
                requests += 1
                return
            }
            // Requests that wait side by side wait once.
            let counted = max(.zero, delay - max(.zero, waitEnds.map { now.duration(to: $0) } ?? .zero))
            guard waited + counted <= allowed else {
                guard quota.isSpent(now: now) else {
                    // The wait would only keep the pace: what is left may be used before the run has to stop.
                    quota.spend(now: now)
                    requests += 1
                    return
                }
                throw .quotaSpent(wait: delay, allowed: max(.zero, allowed - waited))
            }
            waited += counted
            waitEnds = max(waitEnds ?? now, now + delay)
            do {
                try await Task.sleep(for: delay)
            } catch {
                throw .cancelled
            }
        }
    }

    func note(limit: Int?, remaining: Int?) {
        quota.note(limit: limit, remaining: remaining)
    }

    func granted() {
        quota.granted()
    }

    func refused(retryAfter: Duration?) {
        quota.refused(now: .now, retryAfter: retryAfter)
    }
}
