import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// Compression of whole bodies with zlib's default level.
///
/// NIO's compressor runs in a pipeline of its own and not in the server's: there it would need the HTTP/1 types that
/// Hummingbird converts away, it would prefer deflate to gzip, and it stops the process at an answer to a request that
/// could not be parsed.
enum Gzip {
    /// The bytes as a gzip stream.
    static func compressed(_ body: ByteBuffer) throws -> ByteBuffer {
        let channel = EmbeddedChannel(handler: HTTPResponseCompressor(initialByteBufferCapacity: body.readableBytes))
        let request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["accept-encoding": "gzip"])
        try channel.writeInbound(HTTPServerRequestPart.head(request))
        let parts: [HTTPServerResponsePart] = [
            .head(HTTPResponseHead(version: .http1_1, status: .ok)), .body(.byteBuffer(body)), .end(nil),
        ]
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
    static func isAccepted(by header: String?) -> Bool {
        (header ?? "").split(separator: ",").contains { coding in
            let parts = coding.lowercased().split { $0 == ";" || $0 == " " }
            return parts.first == "gzip" && !parts.contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }
}
