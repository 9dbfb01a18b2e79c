public import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// gzip with zlib's default level, for bodies of HTTP answers.
///
/// NIO's compressor runs in a pipeline of its own and not in the server's: there it would need the HTTP/1 types that
/// Hummingbird converts away, it would prefer deflate to gzip, and it stops the process at an answer to a request that
/// could not be parsed.
public enum Gzip {
    /// The bytes as a gzip stream.
    public static func compressed(_ body: ByteBuffer) throws -> ByteBuffer {
        let channel = EmbeddedChannel(handler: HTTPResponseCompressor(initialByteBufferCapacity: body.readableBytes))
        try channel.writeInbound(HTTPServerRequestPart.head(request))
        let parts: [HTTPServerResponsePart] = [.head(response), .body(.byteBuffer(body)), .end(nil)]
        for part in parts { channel.write(part, promise: nil) }
        channel.flush()
        var compressed = ByteBuffer()
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
            if case .body(.byteBuffer(var bytes)) = part { compressed.writeBuffer(&bytes) }
        }
        _ = try channel.finish(acceptAlreadyClosed: true)
        return compressed
    }

    /// Whether an `Accept-Encoding` header asks for gzip.
    public static func isAccepted(by header: String?) -> Bool {
        (header ?? "").split(separator: ",").contains { coding in
            let parts = coding.lowercased().split { $0 == ";" || $0 == " " }
            return parts.first == "gzip" && !parts.contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }

    fileprivate static let request = HTTPRequestHead(
        version: .http1_1, method: .GET, uri: "/", headers: ["accept-encoding": "gzip"])
    fileprivate static let response = HTTPResponseHead(version: .http1_1, status: .ok)
}

/// A gzip stream that is made piece by piece.
public struct GzipStream: Sendable {
    private let channel: NIOAsyncTestingChannel

    /// A stream before its first piece.
    public init() async throws {
        channel = await NIOAsyncTestingChannel(handler: HTTPResponseCompressor())
        try await channel.writeInbound(HTTPServerRequestPart.head(Gzip.request))
        try await channel.writeOutbound(HTTPServerResponsePart.head(Gzip.response))
    }

    /// What comes of the next piece.
    public func compress(_ piece: ByteBuffer) async throws -> ByteBuffer {
        try await channel.writeOutbound(HTTPServerResponsePart.body(.byteBuffer(piece)))
        return try await made()
    }

    /// What is left at the end.
    public func finish() async throws -> ByteBuffer {
        try await channel.writeOutbound(HTTPServerResponsePart.end(nil))
        let rest = try await made()
        _ = try await channel.finish(acceptAlreadyClosed: true)
        return rest
    }

    private func made() async throws -> ByteBuffer {
        var bytes = ByteBuffer()
        while let part = try await channel.readOutbound(as: HTTPServerResponsePart.self) {
            if case .body(.byteBuffer(var piece)) = part { bytes.writeBuffer(&piece) }
        }
        return bytes
    }
}
