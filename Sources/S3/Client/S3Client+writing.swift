import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore

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
            try await uploadParts(to: location, headers: headers, ifAbsent: ifAbsent) { index in
                let rest = bytes.dropFirst(index * Self.partSize)
                return rest.isEmpty ? nil : rest.prefix(Self.partSize)
            }
            return
        }
        var request = S3Request("PUT", location, "write", headers: headers)
        request.headers.append(("x-amz-checksum-sha256", Data(digest).base64EncodedString()))
        if ifAbsent { request.headers.append(("if-none-match", "*")) }
        request.setBody(bytes, digest)
        try await send(request) { _ in }
    }

    /// Writes an object from a stream of unknown length, in memory that does not grow with it: parts of 8 MiB, larger
    /// ones where the stream is so long that S3's 10,000 parts would not do.
    public func put<Chunks: AsyncSequence>(
        _ chunks: Chunks, to location: S3Location, contentType: String = "application/octet-stream"
    ) async throws where Chunks.Element == [UInt8] {
        var iterator = chunks.makeAsyncIterator()
        var pending: [UInt8] = []
        var hasEnded = false
        func fill(to size: Int) async throws {
            while !hasEnded, pending.count < size {
                if let chunk = try await iterator.next() { pending += chunk } else { hasEnded = true }
            }
        }
        try await fill(to: Self.partSize)
        guard !hasEnded else {
            try await put(pending, to: location, contentType: contentType)
            return
        }
        try await uploadParts(to: location, headers: [("content-type", contentType)], ifAbsent: false) { index in
            // 1,000 parts of each size, doubled each time: 10,000 parts come to 8 TiB. An object has 5 TiB at most.
            let size = Self.partSize << min(index / 1000, 9)
            try await fill(to: size)
            let part = pending.prefix(size)
            pending.removeFirst(part.count)
            return part.isEmpty ? nil : part
        }
    }
}
