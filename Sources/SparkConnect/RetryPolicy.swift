/// How long a client goes on where a call finds no server: after each failure it waits a little longer, with jitter.
public struct RetryPolicy: Sendable {
    /// How often a call is tried in a row without an answer.
    public var attempts: Int
    /// First wait.
    public var initialBackoff: Duration
    /// Longest wait.
    public var maximumBackoff: Duration
    /// What a wait is multiplied by for the next.
    public var multiplier: Double

    /// A policy from its parts.
    public init(
        attempts: Int = 8, initialBackoff: Duration = .milliseconds(50), maximumBackoff: Duration = .seconds(4),
        multiplier: Double = 2.5
    ) {
        self.attempts = max(1, attempts)
        self.initialBackoff = initialBackoff
        self.maximumBackoff = maximumBackoff
        self.multiplier = multiplier
    }

    /// The wait behind the `failures`-th failure in a row.
    func backoff(after failures: Int) -> Duration {
        var wait = initialBackoff
        for _ in 1..<max(1, failures) where wait < maximumBackoff { wait = wait * multiplier }
        return min(wait, maximumBackoff) * Double.random(in: 0.75...1.25)
    }
}
