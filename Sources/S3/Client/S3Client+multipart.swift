import AsyncHTTPClient
import Crypto
import Foundation
import Logging
import NIOCore
import NIOHTTP1

extension S3Client {
    /// A part that the service has.
    private struct Part {
        var number: Int
        var etag: String
        var checksum: String
    }

    /// An object part by part. Nothing is under its key before the last request, and where a part fails, or the caller
    /// is cancelled, the upload is aborted. (A killed process can't: its parts stay, invisible, until the bucket's
    /// `AbortIncompleteMultipartUpload` rule removes them.)
    func uploadParts(
        to location: S3Location, headers: [(name: String, value: String)], ifAbsent: Bool,
        next: () async throws -> ArraySlice<UInt8>?
    ) async throws(S3Error) {
        let upload = try await beginUpload(location, headers)
        do {
            var parts: [Part] = []
            while let bytes = try await next() {
                parts.append(try await uploadPart(bytes, number: parts.count + 1, location, upload))
            }
            try await completeUpload(location, upload, parts, headers, ifAbsent: ifAbsent)
        } catch {
            // In a task of its own: this one may have been cancelled.
            await Task { await abortUpload(location, upload) }.value
            throw error as? S3Error
                ?? S3Error(
                    .refused, action: "write", resource: location.description,
                    "what was to be written can't be read: \(error)")
        }
    }

    private func beginUpload(_ location: S3Location, _ headers: [(name: String, value: String)]) async throws(S3Error)
        -> String
    {
        var request = S3Request("POST", location, "write")
        request.query = [("uploads", "")]
        request.headers = headers + [("x-amz-checksum-algorithm", "SHA256")]
        return try await send(request) { response in
            let body = try await response.body.collect(upTo: 1 << 16)
            guard let upload = XMLElement(document: Array(body.readableBytesView))?["UploadId"], !upload.isEmpty else {
                throw S3Error(
                    .unreachable, action: "write", resource: location.description,
                    "the service began no multipart upload")
            }
            return upload
        }
    }

    private func uploadPart(_ bytes: ArraySlice<UInt8>, number: Int, _ location: S3Location, _ upload: String)
        async throws(S3Error) -> Part
    {
        var request = S3Request("PUT", location, "write")
        let checksum = Data(SHA256.hash(data: bytes)).base64EncodedString()
        request.query = [("partNumber", "\(number)"), ("uploadId", upload)]
        request.headers = [("x-amz-checksum-sha256", checksum)]
        request.setBody(bytes)
        return try await send(request) { response in
            guard let etag = response.headers.first(name: "etag") else {
                throw S3Error(
                    .unreachable, action: "write", resource: location.description,
                    "the service gave no ETag for part \(number)")
            }
            return Part(number: number, etag: etag, checksum: checksum)
        }
    }

    private func completeUpload(
        _ location: S3Location, _ upload: String, _ parts: [Part], _ headers: [(name: String, value: String)],
        ifAbsent: Bool
    ) async throws(S3Error) {
        // Some services keep the condition on single writes only (Ceph 16 does); so it is looked at as late as possible
        // too.
        if ifAbsent, try await head(location) != nil {
            throw S3Error(
                .preconditionFailed, action: "write", resource: location.description, "there is an object already")
        }
        var request = S3Request("POST", location, "write")
        request.query = [("uploadId", upload)]
        request.headers = [("content-type", "application/xml")]
        if ifAbsent { request.headers.append(("if-none-match", "*")) }
        let list = parts.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(XMLElement.escaped($0.etag))</ETag><ChecksumSHA256>\($0.checksum)</ChecksumSHA256></Part>"
        }
        request.setBody(
            Array(
                ("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + list.joined()
                    + "</CompleteMultipartUpload>").utf8))
        do throws(S3Error) {
            try await send(request) { response in
                let body = try await response.body.collect(upTo: 1 << 16)
                // A success that turns out to be none comes with status 200 ("CompleteMultipartUpload", Amazon S3 API
                // Reference).
                if let answer = XMLElement(document: Array(body.readableBytesView)), answer.name == "Error" {
                    throw S3Error(
                        .unreachable, action: "write", resource: location.description,
                        answer["Message"] ?? "the parts were not put together",
                        code: answer["Code"], requestID: answer["RequestId"])
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
        var request = S3Request("DELETE", location, "abort the upload of")
        request.query = [("uploadId", upload)]
        do throws(S3Error) {
            try await send(request) { _ in }
        } catch {
            logger.notice("A multipart upload could not be aborted.", metadata: ["cause": "\(error)"])
        }
    }
}
