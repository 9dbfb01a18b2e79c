import Crypto
import Foundation
import Logging
import NearEarth
import Synchronization

/// What is known of a service's `If-None-Match: *` on writes. AWS keeps it since August 2024; of the others, some
/// refuse it (501) and some ignore it.
enum ConditionalWrites {
    case unknown
    case kept
    /// Looked at before each write instead. That is safe for as long as one process at a time writes a key.
    case missing
}

extension S3Client {
    /// Writes an object: at once, or in parts where it is large. It is whole or not there. It takes the place of what is
    /// there, but with `ifAbsent` S3 refuses it with `preconditionFailed` if there is one (`If-None-Match: *`).
    public func put(
        _ bytes: [UInt8], to location: S3Location, contentType: String = "application/octet-stream",
        ifAbsent: Bool = false
    ) async throws(S3Error) {
        let digest = SHA256.hash(data: bytes)
        let headers = [("content-type", contentType), (Self.checksumHeader, Hexadecimal.text(digest))]
        guard bytes.count <= Self.partSize else {
            return try await uploadParts(bytes, to: location, headers: headers, ifAbsent: ifAbsent)
        }
        var request = S3Request(method: "PUT", location: location, action: "write", headers: headers)
        request.headers.append(("x-amz-checksum-sha256", Data(digest).base64EncodedString()))
        if ifAbsent { request.headers.append(("if-none-match", "*")) }
        request.setBody(bytes, digest)
        try await send(request) { _ in }
    }

    /// Writes an object unless there is one; false where there is one, and nothing was changed.
    ///
    /// The service itself sees to that with `If-None-Match: *`. Whether it does is found out at the first object: the
    /// same bytes are written once more under the condition, which a service that keeps it refuses, and which changes
    /// nothing where it does not. Without it, a look comes before each write; two processes that write one key at the
    /// same moment would then not notice each other.
    public func create(_ bytes: [UInt8], at location: S3Location, contentType: String = "application/octet-stream")
        async throws(S3Error) -> Bool
    {
        let known = conditions.withLock { $0 }
        if known != .kept, try await head(location) != nil { return false }
        do throws(S3Error) {
            try await put(bytes, to: location, contentType: contentType, ifAbsent: known != .missing)
            if known == .unknown, bytes.count <= Self.partSize {
                try await put(bytes, to: location, contentType: contentType, ifAbsent: true)
                noteMissing(location)
            }
            return true
        } catch {
            switch error.kind {
            case .preconditionFailed:
                conditions.withLock { $0 = .kept }
                guard known == .unknown else { return false }
                // Refused to us, or to our second try: whoever was first, its bytes are there.
                guard let there = try await head(location), there.bytes == bytes.count else { return false }
                return try await get(location, limit: bytes.count) == bytes
            case .notImplemented where known != .missing:
                noteMissing(location)
                try await put(bytes, to: location, contentType: contentType)
                return true
            default: throw error
            }
        }
    }

    private func noteMissing(_ location: S3Location) {
        conditions.withLock { $0 = .missing }
        logger.warning(
            "The service does not keep If-None-Match: run one Perigee at a time on this prefix.",
            metadata: ["bucket": "\(location.bucket)"])
    }
}
