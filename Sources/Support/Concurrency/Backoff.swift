/// How long to wait before another attempt: the bound doubles with each failure.
public struct Backoff: Sendable {
    /// The first wait's upper bound.
    public var base: Duration
    /// No wait is longer.
    public var cap: Duration

    /// A policy of waits between `base` and `cap`.
    public init(base: Duration = .milliseconds(200), cap: Duration = .seconds(20)) {
        self.base = base
        self.cap = cap
    }

    /// The longest wait after the `attempt`th failure (1, 2, ...).
    public func bound(afterAttempt attempt: Int) -> Duration { min(cap, base * (1 << min(max(attempt, 1) - 1, 20))) }

    /// The wait after it, between half of the bound and all of it, so that callers that failed together do not come back
    /// together (Brooker, "Exponential Backoff and Jitter", AWS 2015); `random` is from 0 to 1.
    public func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        bound(afterAttempt: attempt) * (0.5 + 0.5 * random)
    }
}
