import NIOCore

/// Lets a caller wait for nothing.
enum Silence {
    /// Keeps a connection open without a byte, then closes it; sooner if the caller hangs up or the simulator stops.
    static func keep(_ channel: any Channel, for time: TimeAmount = .seconds(10)) async throws {
        try await channel.pipeline.addHandler(ClosingOnShutdown(), position: .first).get()
        let end = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        end.cancel()
    }

    /// Closes at once when the server drains its connections, which otherwise waits for the answer.
    private final class ClosingOnShutdown: ChannelInboundHandler, Sendable {
        typealias InboundIn = NIOAny

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is ChannelShouldQuiesceEvent {
                context.close(promise: nil)
            } else {
                context.fireUserInboundEventTriggered(event)
            }
        }
    }
}
