/// What a simulated NeoWs serves and how it misbehaves.
public struct SimulatorOptions: Sendable {
    /// TCP port; 0 takes a free one.
    public var port = 0
    /// The sky: the same seed gives byte-identical bodies in any process and in any order of requests.
    public var seed: UInt64 = 1
    /// Requests allowed per key in any sliding hour; NASA's own figure is 1000.
    public var limit = 1000
    /// Whether a refusal for quota says how long to wait, in a `Retry-After` header (s). NASA does not document it.
    public var sendsRetryAfter = false
    /// Failures of `/feed` to order; where two are due at once, the first of the list happens.
    public var faults: [Fault] = []

    /// NASA's behaviour without faults, on a free port.
    public init() {}
}
