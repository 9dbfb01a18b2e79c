/// When an answer of the service was given: what puts all observations into one order, on every host and in every
/// store.
///
/// The service's clock comes first, so that a host whose own clock is wrong changes nothing; then the host's, then the
/// body's SHA-256.
public struct Stamp: Sendable, Hashable {
    /// The service's `Date`, milliseconds since 1970-01-01 UTC; our clock where the service did not say.
    public var service: Int64
    /// Our clock when the answer was complete, milliseconds since 1970-01-01 UTC.
    public var received: Int64
    /// SHA-256 of the body, lower-case hexadecimal.
    public var sha256: String

    /// A stamp from its parts.
    public init(service: Int64?, received: Int64, sha256: String) {
        self.service = service ?? received
        self.received = received
        self.sha256 = sha256
    }
}

extension Stamp: Comparable {
    /// Earlier before later.
    public static func < (left: Stamp, right: Stamp) -> Bool {
        (left.service, left.received, left.sha256) < (right.service, right.received, right.sha256)
    }
}

/// One answer of the service: what was asked, when, the digest of its body and where it came from. The same bytes again
/// are another observation of the same body.
public struct Observation: Sendable, Hashable {
    /// What was asked for.
    public var batch: Batch
    /// When it was answered.
    public var stamp: Stamp
    /// The raw body's file in the landing zone.
    public var file: String
    /// Its number among the observations that share the batch's file names, from 1.
    public var revision: Int
    /// Size of the body.
    public var bytes: Int
    /// The gateway's id for the request.
    public var requestID: String
    /// Base URL of the service, without credentials; for a file that somebody else has fetched, where it was.
    public var service: String
    /// Whether the body is made up.
    public var isSimulated: Bool

    /// An observation from its parts.
    public init(
        batch: Batch, stamp: Stamp, file: String, revision: Int, bytes: Int, requestID: String, service: String,
        isSimulated: Bool
    ) {
        self.batch = batch
        self.stamp = stamp
        self.file = file
        self.revision = revision
        self.bytes = bytes
        self.requestID = requestID
        self.service = service
        self.isSimulated = isSimulated
    }

    /// The day that versions from it bear as `batch_date`: the window's last, or the one on which the answer was given.
    public var batchDate: CalendarDate { batch.window?.to ?? CalendarDate(epochMilliseconds: stamp.service) }
}
