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
            return try await uploadParts(bytes, to: location, headers: headers, ifAbsent: ifAbsent)
        }
        var request = S3Request("PUT", location, "write", headers: headers)
        request.headers.append(("x-amz-checksum-sha256", Data(digest).base64EncodedString()))
        if ifAbsent { request.headers.append(("if-none-match", "*")) }
        request.setBody(bytes, digest)
        try await send(request) { _ in }
    }
}
