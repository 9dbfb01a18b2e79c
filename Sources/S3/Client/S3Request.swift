import Crypto
import NIOCore
import NearEarth

/// A request before it is signed.
struct S3Request {
    let method: String
    let location: S3Location
    /// What it does, for errors: `read`, `write`, `list`.
    let action: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    /// The place as errors name it where that is another: of a listing, the prefix rather than the bucket that is asked.
    var resource: S3Location?
    private(set) var body: ByteBuffer?
    private(set) var payloadHash = Self.nothingHash

    /// SHA-256 of no bytes.
    private static let nothingHash = Hexadecimal.text(SHA256.hash(data: [UInt8]()))

    /// Gives it a body, with the checksum that the service has to hold it against.
    mutating func setBody(_ bytes: some Collection<UInt8>, _ digest: SHA256.Digest) {
        body = ByteBuffer(bytes: bytes)
        payloadHash = Hexadecimal.text(digest)
    }

    /// An error that says what was asked for.
    func error(_ kind: S3Error.Kind, _ explanation: String, code: String? = nil, requestID: String? = nil) -> S3Error {
        S3Error(
            kind, action: action, resource: "\(resource ?? location)", explanation, code: code, requestID: requestID)
    }
}
