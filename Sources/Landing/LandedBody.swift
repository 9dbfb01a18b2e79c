public import Foundation
public import NearEarth

/// How a body was got.
public struct FetchMetadata: Sendable {
    /// When its last byte arrived, by our clock.
    public var receivedAt: Date
    /// When it was sent, by the service's clock; nil where the service did not say.
    public var serviceDate: Date?
    /// The gateway's id for the request.
    public var requestID: String
    /// Service it came from: base URL, without key or credentials.
    public var service: String
    /// Whether it came from Perigee's simulator.
    public var isSimulated: Bool

    /// Metadata from its parts.
    public init(receivedAt: Date, serviceDate: Date?, requestID: String, service: String, isSimulated: Bool) {
        self.receivedAt = receivedAt
        self.serviceDate = serviceDate
        self.requestID = requestID
        self.service = service
        self.isSimulated = isSimulated
    }
}

/// A landed observation: the contents of a manifest, `nasa_neo_raw_<date>.manifest.json`. The body it is of may be an
/// earlier observation's: the same bytes are not kept twice.
public struct LandedBody: Sendable, Codable, Hashable {
    /// Version of the manifest's form. 1 had no `service_date`.
    public var manifestVersion = 2
    /// The batch's name, such as `feed 2020-02-03..2020-02-10`.
    public var batch: String
    /// First day of the window; nil outside the feed.
    public var from: CalendarDate?
    /// Last day of the window; nil outside the feed.
    public var to: CalendarDate?
    /// Name of the raw file beside the manifest.
    public var file: String
    /// 1 for the batch's first observation, 2 for the next one, ...
    public var revision: Int
    /// SHA-256 of the raw file, lower-case hexadecimal.
    public var sha256: String
    /// Size of the raw file.
    public var bytes: Int
    /// When the body was received, ISO 8601, UTC, by our clock.
    public var receivedAt: Date
    /// When it was sent, by the service's clock; nil where the service did not say.
    public var serviceDate: Date?
    /// The gateway's id for the request.
    public var requestID: String
    /// Base URL of the service.
    public var service: String
    /// Whether it is made up.
    public var simulated: Bool

    /// The name of the processed CSV that belongs to its body.
    public var processedFile: String { Self.processedFile(of: file) }

    /// The name of the processed CSV that belongs to a raw body of a landing zone.
    public static func processedFile(of raw: String) -> String { FileNames.processed(raw: raw) }

    /// Its stamp: to the millisecond, as the manifest has it.
    public var stamp: Stamp {
        Stamp(
            service: serviceDate.map(Timestamp.milliseconds), received: Timestamp.milliseconds(receivedAt),
            sha256: sha256)
    }

    /// The observation; nil where the manifest names no batch.
    public var observation: Observation? {
        Batch(name: batch).map {
            Observation(
                batch: $0, stamp: stamp, file: file, revision: revision, bytes: bytes, requestID: requestID,
                service: service, isSimulated: simulated)
        }
    }

    init(_ batch: Batch, file: String, revision: Int, sha256: String, bytes: Int, _ metadata: FetchMetadata) {
        self.batch = batch.name
        from = batch.window?.from
        to = batch.window?.to
        self.file = file
        self.revision = revision
        self.sha256 = sha256
        self.bytes = bytes
        receivedAt = Timestamp.toMillisecond(metadata.receivedAt)
        serviceDate = metadata.serviceDate.map(Timestamp.toMillisecond)
        requestID = metadata.requestID
        service = metadata.service
        simulated = metadata.isSimulated
    }

    enum CodingKeys: String, CodingKey {
        case manifestVersion = "manifest_version"
        case batch, from, to, file, revision, sha256, bytes, service, simulated
        case receivedAt = "received_at"
        case serviceDate = "service_date"
        case requestID = "request_id"
    }
}

/// A verdict or an acceptance as it is landed: with what it is about.
struct LandedEvidence<Word: Codable>: Codable {
    var batch: String
    var sha256: String
    var receivedAt: Date
    var serviceDate: Date?
    var word: Word

    init(_ word: Word, of landed: LandedBody) {
        self.word = word
        batch = landed.batch
        sha256 = landed.sha256
        receivedAt = landed.receivedAt
        serviceDate = landed.serviceDate
    }

    /// Whether it is about this observation.
    func isAbout(_ landed: LandedBody) -> Bool {
        let stamp = Stamp(
            service: serviceDate.map(Timestamp.milliseconds), received: Timestamp.milliseconds(receivedAt),
            sha256: sha256)
        return batch == landed.batch && stamp == landed.stamp
    }

    enum CodingKeys: String, CodingKey {
        case batch, sha256
        case receivedAt = "received_at"
        case serviceDate = "service_date"
        case word = "evidence"
    }
}
