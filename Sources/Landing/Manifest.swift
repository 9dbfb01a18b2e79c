import Crypto
import Foundation
import NearEarth

/// Evidence as the bytes of small JSON files.
enum EvidenceFile {
    /// What a file's bytes say, or nil where they are something else.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom(Timestamp.decode)
        return try? decoder.decode(type, from: Data(bytes))
    }

    /// The file's bytes.
    static func encode(_ value: some Encodable, _ name: String) throws(LandingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom(Timestamp.encode)
        do {
            return Array(try encoder.encode(value)) + [0x0A]
        } catch {
            throw .file(path: name, action: "describe", cause: "\(error)")
        }
    }
}

/// A landed body as its manifest's bytes.
extension LandedBody {
    /// What a manifest's bytes say, or nil where they are not a manifest.
    public init?(manifest: [UInt8]) {
        guard let landed = EvidenceFile.decode(LandedBody.self, manifest) else { return nil }
        self = landed
    }

    /// Whether these are the raw file's bytes.
    public func describes(_ body: [UInt8]) -> Bool { sha256 == Hexadecimal.text(SHA256.hash(data: body)) }
}
