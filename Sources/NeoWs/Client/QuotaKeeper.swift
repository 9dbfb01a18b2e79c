import Foundation
import Support

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
            guard delay > .zero else { break }
            // Requests that wait side by side wait once.
            let counted = max(.zero, delay - max(.zero, waitEnds.map { now.duration(to: $0) } ?? .zero))
            guard waited + counted <= allowed else {
                // A wait that would only keep the pace: what is left may be used before the run has to stop.
                guard quota.isSpent(now: now) else { break }
                throw .quotaSpent(wait: delay, allowed: max(.zero, allowed - waited))
            }
            waited += counted
            waitEnds = max(waitEnds ?? now, now + delay)
            let wait = Wait("quota: next request", until: Date() + delay.seconds)
            try await Waiting.for(wait) { () throws(NeoWsError) in try await pause(for: delay) }
        }
        quota.spend(now: .now)
        requests += 1
    }

    /// Tells the quota what an answer said.
    func update(_ tell: @Sendable (inout Quota) -> Void) {
        tell(&quota)
    }
}

/// Waits, unless the task is cancelled.
func pause(for delay: Duration) async throws(NeoWsError) {
    do {
        try await Task.sleep(for: delay)
    } catch {
        throw .cancelled
    }
}
