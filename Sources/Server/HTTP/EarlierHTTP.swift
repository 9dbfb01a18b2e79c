import NIOCore
import NIOHTTP1

/// What Hummingbird's own types do not show: the version of HTTP, and a client that waits for a word before it sends
/// its body.
///
/// An answer to HTTP/1.0 ends with the connection. So does an answer to HEAD whose length is not known: NIO would send
/// the end of its chunks. What else the responder has to know of the wire stands in a header of our own.
final class EarlierHTTP: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// The header that tells the responder; a client's own one never gets through.
    static let wire = "Perigee-Wire"
    /// HTTP/1.0, which knows no chunks: a stream that was cut would look whole.
    static let earlier = "earlier"
    /// Without a Host, or with several (RFC 9112, section 3.2: 400), or a target that is not a path.
    static let malformed = "malformed"

    private var isEarlier = false
    private var isHead = false
    /// Whether the answer under way ends with the connection.
    private var isLast = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(var head) = unwrapInboundIn(data) {
            isHead = head.method == .HEAD
            isEarlier = head.version.major < 1 || head.version == .http1_0
            if !isEarlier, head.headers[canonicalForm: "expect"].contains("100-continue") {
                let word = HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .continue))
                context.writeAndFlush(wrapOutboundOut(word), promise: nil)
            }
            head.headers.remove(name: Self.wire)
            if isEarlier {
                head.headers.add(name: Self.wire, value: Self.earlier)
            } else if head.headers["host"].count != 1 || !head.uri.hasPrefix("/") && head.uri != "*" {
                head.headers.add(name: Self.wire, value: Self.malformed)
            }
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isLast = isEarlier || isHead && !head.headers.contains(name: "content-length")
            guard isLast else { return context.write(data, promise: promise) }
            head.version = .http1_0
            head.headers.remove(name: "transfer-encoding")
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isLast:
            let channel = context.channel
            let isWritten = promise ?? context.eventLoop.makePromise()
            isWritten.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.writeAndFlush(data, promise: isWritten)
        case .end, .body: context.write(data, promise: promise)
        }
    }
}
