import AsyncHTTPClient
import Crypto
import Foundation
import Logging
import NIOHTTP1

extension S3Client {
    /// Writes an object part by part. Nothing is under its key before the last request, and where a part fails, or the
    /// caller is cancelled, the upload is aborted. (A killed process can't: its parts stay, invisible, until the
    /// bucket's `AbortIncompleteMultipartUpload` rule removes them.)
    func uploadParts(
        _ bytes: [UInt8], to location: S3Location, headers: [(name: String, value: String)], ifAbsent: Bool
    ) async throws(S3Error) {
        let upload = try await beginUpload(location, headers)
        do throws(S3Error) {
            var parts: [String] = []
            for start in stride(from: 0, to: bytes.count, by: Self.partSize) {
                let part = bytes[start..<min(start + Self.partSize, bytes.count)]
                parts.append(try await uploadPart(part, number: parts.count + 1, location, upload))
            }
            try await completeUpload(location, upload, parts, headers, ifAbsent: ifAbsent)
        } catch {
            // In a task of its own: this one may have been cancelled.
            await Task { await abortUpload(location, upload) }.value
            throw error
        }
    }

    private func beginUpload(_ location: S3Location, _ headers: [(name: String, value: String)]) async throws(S3Error)
        -> String
    {
        let request = S3Request(
            method: "POST", location: location, action: "write", query: [("uploads", "")],
            headers: headers + [("x-amz-checksum-algorithm", "SHA256")])
        return try await send(request) { response in
            let answer = XMLElement(document: try await response.body.collect(upTo: 1 << 16))
            guard let upload = answer?["UploadId"], !upload.isEmpty else {
                throw request.error(.unreachable, "the service began no multipart upload")
            }
            return upload
        }
    }

    /// Sends a part; returns it as the last request lists it.
    private func uploadPart(_ bytes: ArraySlice<UInt8>, number: Int, _ location: S3Location, _ upload: String)
        async throws(S3Error) -> String
    {
        let digest = SHA256.hash(data: bytes)
        let checksum = Data(digest).base64EncodedString()
        var request = S3Request(
            method: "PUT", location: location, action: "write",
            query: [("partNumber", "\(number)"), ("uploadId", upload)],
            headers: [("x-amz-checksum-sha256", checksum)])
        request.setBody(bytes, digest)
        return try await send(request) { response in
            guard let etag = response.headers.first(name: "etag") else {
                throw request.error(.unreachable, "the service gave no ETag for part \(number)")
            }
            return
                "<Part><PartNumber>\(number)</PartNumber><ETag>\(XMLElement.escaped(etag))</ETag><ChecksumSHA256>\(checksum)</ChecksumSHA256></Part>"
        }
    }

    private func completeUpload(
        _ location: S3Location, _ upload: String, _ parts: [String], _ headers: [(name: String, value: String)],
        ifAbsent: Bool
    ) async throws(S3Error) {
        var request = S3Request(
            method: "POST", location: location, action: "write", query: [("uploadId", upload)],
            headers: [("content-type", "application/xml")])
        if ifAbsent {
            // Some services keep the condition on single writes only (Ceph 16 does). So the client looks too, as late
            // as possible.
            guard try await head(location) == nil else {
                throw request.error(.preconditionFailed, "there is an object already")
            }
            request.headers.append(("if-none-match", "*"))
        }
        let list = Array(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(parts.joined())</CompleteMultipartUpload>"
                .utf8)
        request.setBody(list, SHA256.hash(data: list))
        do throws(S3Error) {
            try await send(request) { response in
                // A success that turns out to be none comes with status 200 ("CompleteMultipartUpload", Amazon S3 API
                // Reference).
                let answer = XMLElement(document: try await response.body.collect(upTo: 1 << 16))
                if let answer, answer.name == "Error" {
                    throw request.error(
                        .unreachable, answer["Message"] ?? "the parts were not put together", code: answer["Code"],
                        requestID: answer["RequestId"])
                }
            }
        } catch {
            // Done already, if only the answer was lost.
            let ours = headers.first { $0.name == Self.checksumHeader }?.value
            guard error.code == "NoSuchUpload", let ours, let there = try await head(location), there.sha256 == ours
            else { throw error }
        }
    }

    private func abortUpload(_ location: S3Location, _ upload: String) async {
        let request = S3Request(
            method: "DELETE", location: location, action: "abort the upload of", query: [("uploadId", upload)])
        do throws(S3Error) {
            try await send(request) { _ in }
        } catch {
            logger.notice("A multipart upload could not be aborted.", metadata: ["cause": "\(error)"])
        }
    }
}
