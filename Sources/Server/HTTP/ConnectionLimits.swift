import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Closes the connection of a client that is too slow: to send a request's head or body, or to take an answer.
///
/// Hummingbird's own idle time-out is put off by each byte; these are not.
final class ConnectionLimits: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// For a head, from the connection's beginning or the answer before; for a body, from its head; for as much of an
    /// answer as is under way.
    private static let patience = TimeAmount.seconds(30)

    private var request: Scheduled<Void>?
    private var answer: Scheduled<Void>?
    /// Requests whose answers are not ended.
    private var open = 0

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        if let codec = try? pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self).handler {
            try? pipeline.addHandler(EarlierHTTP(), position: .before(codec))
        }
        if context.channel.isActive { request = close(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        request = request ?? close(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        request?.cancel()
        answer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            request?.cancel()
            request = close(context)
        case .body: break
        case .end:
            request?.cancel()
            request = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            open = max(0, open - 1)
            if open == 0, request == nil { request = close(context) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        answer?.cancel()
        answer = context.channel.isWritable ? nil : close(context)
        context.fireChannelWritabilityChanged()
    }

    private func close(_ context: ChannelHandlerContext) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }
}
