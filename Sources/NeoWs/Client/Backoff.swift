/// How long to wait before asking again after a fault: exponential, with full jitter above a half, so that callers that
/// failed together do not come back together (Brooker, "Exponential Backoff and Jitter", AWS 2015).
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

    /// The wait after the `attempt`th failure (1, 2, ...); `random` is from 0 to 1.
    public func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        let bound = min(cap, base * (1 << min(attempt - 1, 20)))
        return bound * (0.5 + 0.5 * random)
    }
}
