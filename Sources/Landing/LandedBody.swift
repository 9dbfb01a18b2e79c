public import Foundation
public import NearEarth

/// How a body was got.
public struct Receipt: Sendable {
    /// When its last byte arrived.
    public var receivedAt: Date
    /// The gateway's id for the request.
    public var requestID: String
    /// Service it came from: base URL, without key or credentials.
    public var service: String
    /// Whether it came from Perigee's simulator.
    public var isSimulated: Bool

    /// A receipt from its parts.
    public init(receivedAt: Date, requestID: String, service: String, isSimulated: Bool) {
        self.receivedAt = receivedAt
        self.requestID = requestID
        self.service = service
        self.isSimulated = isSimulated
    }
}

/// A landed body: the contents of its manifest, `nasa_neo_raw_<date>.manifest.json`.
public struct LandedBody: Sendable, Codable, Hashable {
    /// Version of the manifest's form.
    public var manifestVersion = 1
    /// The batch's name, such as `feed 2020-02-03..2020-02-10`.
    public var batch: String
    /// First day of the window; nil outside the feed.
    public var from: CalendarDate?
    /// Last day of the window; nil outside the feed.
    public var to: CalendarDate?
    /// Name of the raw file beside the manifest.
    public var file: String
    /// 1 for the batch's first body, 2 for the one that replaced it, ...
    public var revision: Int
    /// SHA-256 of the raw file, lower-case hexadecimal.
    public var sha256: String
    /// Size of the raw file.
    public var bytes: Int
    /// When the body was received, ISO 8601, UTC.
    public var receivedAt: Date
    /// The gateway's id for the request.
    public var requestID: String
    /// Base URL of the service.
    public var service: String
    /// Whether it is made up.
    public var simulated: Bool

    /// The name of the processed CSV that belongs to it.
    public var processedFile: String {
        Batch(name: batch).map { FileNames.processed($0, revision: revision) } ?? "\(file).csv"
    }

    enum CodingKeys: String, CodingKey {
        case manifestVersion = "manifest_version"
        case batch, from, to, file, revision, sha256, bytes, service, simulated
        case receivedAt = "received_at"
        case requestID = "request_id"
    }
}
