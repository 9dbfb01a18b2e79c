import Support

/// What is known of the request quota, and how long to hold the next request back. Pure: time comes in from outside.
///
/// NASA counts per key over a rolling hour (1,000; DEMO_KEY 30) and says after each answer what is left; that figure is
/// an estimate (api-umbrella weighs two buckets). Refused requests are not counted.
public struct Quota: Sendable {
    /// NASA's window.
    public static let window: Duration = .seconds(3600)

    /// `X-RateLimit-Limit` of the last answer.
    public private(set) var limit: Int?
    /// `X-RateLimit-Remaining` of the last answer, less what was sent since.
    public private(set) var remaining: Int?
    private var firstRequest: ContinuousClock.Instant?
    private var pausedUntil: ContinuousClock.Instant?
    /// When to ask again although the last answer said that nothing was left: only the next answer knows better.
    private var refillAt: ContinuousClock.Instant?
    private var refusals = 0
    private var sent = 0

    /// Nothing known yet.
    public init() {}

    /// How long to wait before the next request, when about `needed` more are to come.
    public mutating func delay(now: ContinuousClock.Instant, needed: Int) -> Duration {
        if let pausedUntil, pausedUntil > now { return now.duration(to: pausedUntil) }
        guard let limit, let remaining, limit > 0 else { return .zero }
        if remaining <= 0 {
            let refill = refillAt ?? now + untilRefill(now: now)
            refillAt = refill
            return max(.zero, now.duration(to: refill))
        }
        // Enough for all that is planned, or far from the end: no reason to hold back.
        let share = Double(remaining) / Double(limit)
        guard needed > remaining, share < 0.2 else { return .zero }
        // Towards the pace that the quota sustains, but never so slow that what is left would go unused.
        return min(.seconds(2), Self.window / max(1, limit) * (1 - share / 0.2))
    }

    /// Whether a request sent now would be refused; where not, `delay` only keeps the pace.
    func isSpent(now: ContinuousClock.Instant) -> Bool {
        (pausedUntil ?? now) > now || (limit != nil && (remaining ?? 1) <= 0)
    }

    /// A request goes out.
    public mutating func spend(now: ContinuousClock.Instant) {
        if let firstRequest, firstRequest.duration(to: now) < Self.window {
            sent += 1
        } else {
            firstRequest = now
            sent = 1
        }
        if let left = remaining { remaining = max(0, left - 1) }
    }

    /// An answer's headers.
    public mutating func note(limit: Int?, remaining: Int?) {
        if let limit { self.limit = limit }
        if let remaining {
            self.remaining = remaining
            refillAt = nil
        }
    }

    /// An answer other than 429.
    public mutating func granted() {
        refusals = 0
    }

    /// A 429: everything waits. Retry-After is believed only above zero (dlt#4036 looped on a zero).
    public mutating func refused(now: ContinuousClock.Instant, retryAfter: Duration?) {
        refusals += 1
        let wait: Duration =
            if let retryAfter, retryAfter > .zero {
                retryAfter
            } else if remaining ?? 0 <= 0 {
                untilRefill(now: now)
            } else {
                // Requests are left: a burst limit, or a spurious refusal as in 2023.
                Backoff(base: .seconds(1), cap: .seconds(60)).bound(afterAttempt: refusals)
            }
        pausedUntil = max(pausedUntil ?? now, now + wait)
        if let left = remaining, left <= 0 { refillAt = pausedUntil }
    }

    /// When requests are to be had again: where this process spent the whole quota itself, when its first request
    /// leaves the window; else nobody says, and a minute is tried, doubled after each refusal.
    private func untilRefill(now: ContinuousClock.Instant) -> Duration {
        if let firstRequest, let limit, sent >= limit, case let rest = Self.window - firstRequest.duration(to: now),
            rest > .zero
        {
            return max(.seconds(1), rest)
        }
        return Backoff(base: .seconds(60), cap: Self.window).bound(afterAttempt: refusals)
    }
}
