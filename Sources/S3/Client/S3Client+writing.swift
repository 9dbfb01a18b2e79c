import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore

extension S3Client {
    /// Writes an object in place of what is there: at once, or in parts where it is large. It is whole or not there.
    public func put(_ bytes: [UInt8], to location: S3Location, contentType: String = "application/octet-stream")
        async throws(S3Error)
    {
        try await put(bytes, to: location, contentType: contentType, ifAbsent: false)
    }

    /// Writes an object, with `If-None-Match: *` where `ifAbsent`; then S3 refuses it with `preconditionFailed` if
    /// there is one.
    func put(_ bytes: [UInt8], to location: S3Location, contentType: String, ifAbsent: Bool) async throws(S3Error) {
        let digest = SHA256.hash(data: bytes)
        let headers = [("content-type", contentType), (Self.checksumHeader, Hexadecimal.text(digest))]
        guard bytes.count <= configuration.partSize else {
            let slices = stride(from: 0, to: bytes.count, by: configuration.partSize).map {
                bytes[$0..<min($0 + configuration.partSize, bytes.count)]
            }
            var remaining = slices.makeIterator()
            try await uploadParts(to: location, headers: headers, ifAbsent: ifAbsent) { remaining.next() }
            return
        }
        var request = S3Request("PUT", location, "write")
        request.headers = headers + [("x-amz-checksum-sha256", Data(digest).base64EncodedString())]
        if ifAbsent { request.headers.append(("if-none-match", "*")) }
        request.setBody(bytes)
        try await send(request) { _ in }
    }

    /// Writes an object from a stream of unknown length, in memory that does not grow with it: parts of the configured
    /// size, larger ones where the stream is so long that S3's 10,000 parts would not do.
    public func put<Chunks: AsyncSequence>(
        _ chunks: Chunks, to location: S3Location, contentType: String = "application/octet-stream"
    ) async throws where Chunks.Element == [UInt8] {
        var iterator = chunks.makeAsyncIterator()
        var pending: [UInt8] = []
        var hasEnded = false
        var parts = 0
        func next() async throws -> ArraySlice<UInt8>? {
            // 1,000 parts of each size, doubled each time: 10,000 parts of 8 MiB at first come to 8 TiB, more than S3's
            // 5.
            let size = configuration.partSize << min(parts / 1000, 9)
            while !hasEnded, pending.count < size {
                if let chunk = try await iterator.next() { pending += chunk } else { hasEnded = true }
            }
            guard !pending.isEmpty else { return nil }
            parts += 1
            let part = pending.prefix(size)
            pending.removeFirst(part.count)
            return part
        }
        let first = Array(try await next() ?? [])
        guard !hasEnded || !pending.isEmpty else {
            try await put(first, to: location, contentType: contentType)
            return
        }
        var start: ArraySlice<UInt8>? = first[...]
        try await uploadParts(to: location, headers: [("content-type", contentType)], ifAbsent: false) {
            if let part = start {
                start = nil
                return part
            }
            return try await next()
        }
    }
}
