import Crypto
import Foundation
import NIOCore

/// A request before it is signed.
struct S3Request {
    var method: String
    var location: S3Location
    /// What it does, for errors: `read`, `write`, `list`.
    var action: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: ByteBuffer?
    /// The place as errors name it: of a listing, the prefix rather than the bucket that is asked.
    var resource: S3Location
    var payloadHash = Self.nothingHash

    /// SHA-256 of no bytes.
    private static let nothingHash = Hexadecimal.text(SHA256.hash(data: [UInt8]()))

    init(_ method: String, _ location: S3Location, _ action: String) {
        self.method = method
        self.location = location
        resource = location
        self.action = action
    }

    /// Gives it a body, with the checksum that the service has to hold it against.
    mutating func setBody(_ bytes: some Collection<UInt8>) {
        let buffer = ByteBuffer(bytes: bytes)
        let digest = buffer.withUnsafeReadableBytes { SHA256.hash(data: $0) }
        body = buffer
        payloadHash = Hexadecimal.text(digest)
    }
}
