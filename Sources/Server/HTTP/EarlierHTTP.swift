import NIOCore
import NIOHTTP1

/// What Hummingbird's own types do not show: the version of HTTP, and a client that waits for a word before it sends
/// its body.
///
/// An answer to HTTP/1.0 is not sent in chunks, which that version does not know, and ends with the connection. So does
/// an answer to HEAD whose length is not known: NIO would send the end of its chunks.
final class EarlierHTTP: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isEarlier = false
    private var isHead = false
    /// Whether the answer under way ends with the connection.
    private var isLast = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            isHead = head.method == .HEAD
            isEarlier = head.version.major < 1 || head.version == .http1_0
            if !isEarlier, head.headers[canonicalForm: "expect"].contains("100-continue") {
                let word = HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .continue))
                context.writeAndFlush(wrapOutboundOut(word), promise: nil)
            }
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
