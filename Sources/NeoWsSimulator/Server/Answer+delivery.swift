import Foundation
import Gzip
import Hummingbird
import NIOCore

extension Answer {
    /// The answer as HTTP, compressed where the caller takes gzip; or no answer, the connection having been closed.
    func response(acceptsGzip: Bool, on channel: any Channel) async throws -> Response {
        var headers = headers
        headers.set("X-Perigee-Simulated", "true")
        var responseBody = ResponseBody(byteBuffer: body)
        switch delivery {
        case .whole:
            // A smaller body would not gain by compression.
            guard acceptsGzip, body.readableBytes > 1024 else { break }
            responseBody = ResponseBody(byteBuffer: try Gzip.compressed(body))
            headers.set("Content-Encoding", "gzip")
            headers.set("Vary", "Accept-Encoding")
        case .firstHalf:
            // Never compressed: half a gzip stream would be another fault.
            let half = ByteBuffer(bytes: body.readableBytesView.prefix(body.readableBytes / 2))
            responseBody = ResponseBody(contentLength: body.readableBytes) { writer in
                try await writer.write(half)
                try await channel.close()
            }
        case .silence:
            try await Self.keepSilent(channel)
            throw CancellationError()
        case .reset:
            await Self.reset(channel)
            throw CancellationError()
        }
        return Response(status: .init(code: status), headers: headers, body: responseBody)
    }

    /// Closes with a TCP RST: lingering for no time makes the kernel drop the connection instead of ending it.
    /// A channel without socket options is closed the ordinary way.
    private static func reset(_ channel: any Channel) async {
        if let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }

    /// Keeps a connection open without a byte for ten seconds, then closes it; sooner if the caller hangs up or the
    /// simulator stops.
    private static func keepSilent(_ channel: any Channel) async throws {
        try await channel.pipeline.addHandler(ClosingOnShutdown(), position: .first).get()
        let end = channel.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        end.cancel()
    }
}

/// Closes a silent connection at once when the server drains its connections, which otherwise waits for the answer.
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
