import Crypto
import Foundation
import NearEarth

/// A landed body as its manifest's bytes.
extension LandedBody {
    /// What a manifest's bytes say, or nil where they are none.
    public init?(manifest: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom(Timestamp.decode)
        guard let landed = try? decoder.decode(LandedBody.self, from: Data(manifest)) else { return nil }
        self = landed
    }

    /// The manifest's bytes.
    func manifest() throws(LandingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom(Timestamp.encode)
        do {
            return Array(try encoder.encode(self)) + [0x0A]
        } catch {
            throw .file(path: file, action: "describe", cause: "\(error)")
        }
    }

    /// Whether these are the raw file's bytes.
    public func describes(_ body: [UInt8]) -> Bool { sha256 == Hexadecimal.text(SHA256.hash(data: body)) }
}
