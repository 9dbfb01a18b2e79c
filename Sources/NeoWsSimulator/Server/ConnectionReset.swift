import Foundation
import NIOCore

/// Closes connections the rude way.
enum ConnectionReset {
    /// Closes with a TCP RST: lingering for no time makes the kernel drop the connection instead of ending it.
    /// A channel without socket options is closed the ordinary way.
    static func close(_ channel: any Channel) async {
        if let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }
}
