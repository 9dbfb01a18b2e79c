import Crypto
public import Foundation
public import NearEarth

/// Where raw bodies are kept as evidence, and processed files beside them.
///
/// What is landed is never edited. A body that differs from the one landed before for the same batch becomes a new revision
/// (`nasa_neo_raw_2020-02-10.r2.json`); an identical one is not landed twice.
public protocol LandingZone: Sendable {
    /// Where this is, without credentials.
    var location: String { get }

    /// Keeps a body. The batch counts as landed from the moment its manifest is complete, not before.
    func land(_ body: [UInt8], of batch: Batch, receipt: Receipt) async throws(LandingError) -> LandedBody

    /// The newest revision that was landed for a batch, or nil.
    func latest(_ batch: Batch) async throws(LandingError) -> LandedBody?

    /// A landed body's bytes, checked against the manifest's SHA-256.
    func read(_ landed: LandedBody) async throws(LandingError) -> [UInt8]

    /// Keeps the processed CSV that belongs to a landed body, in place of an earlier one made from the same body.
    /// Returns the file's name.
    func keepProcessed(_ csv: [UInt8], for landed: LandedBody) async throws(LandingError) -> String

    /// Keeps an answer that is no NeoWs body, for whoever wants to know what came. Returns the file's name.
    func keepRefused(_ body: [UInt8], of batch: Batch) async throws(LandingError) -> String
}

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

    enum CodingKeys: String, CodingKey {
        case manifestVersion = "manifest_version"
        case batch, from, to, file, revision, sha256, bytes, service, simulated
        case receivedAt = "received_at"
        case requestID = "request_id"
    }
}

extension LandedBody {
    /// What a manifest's bytes say, or nil where they are none.
    public init?(manifest: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom(Timestamp.decode)
        guard let landed = try? decoder.decode(LandedBody.self, from: Data(manifest)) else { return nil }
        self = landed
    }

    /// Whether these are the raw file's bytes.
    public func describes(_ body: [UInt8]) -> Bool { sha256 == Hexadecimal.text(SHA256.hash(data: body)) }
}

/// Why the landing zone could not do its work.
public enum LandingError: Error, Sendable, CustomStringConvertible {
    /// A file could not be read or written.
    case file(path: String, action: String, cause: String)
    /// A landed body is not what its manifest says: it was changed after landing, or the disk lost it.
    case damaged(path: String, cause: String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .file(let path, let action, let cause): "can't \(action) \(path): \(cause)"
        case .damaged(let path, let cause): "\(path) is damaged: \(cause). Extract it again with --refresh"
        }
    }
}
