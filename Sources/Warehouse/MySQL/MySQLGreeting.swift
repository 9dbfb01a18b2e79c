#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The first words of a MySQL server, as far as they tell whether it speaks TLS
/// (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html).
enum MySQLGreeting {
    private static let waitMilliseconds = 10_000
    /// CLIENT_SSL.
    private static let tlsFlag: UInt16 = 0x0800

    /// Asks a server, on a connection of its own, whether it offers TLS. A server that can't be reached is
    /// `ConnectionLost`.
    static func offersTLS(_ address: MySQLAddress) throws -> Bool {
        let descriptor = try connected(address)
        defer { close(descriptor) }
        let greeting = receive(descriptor)
        // Length and number of the packet, version 10, the server's version up to a zero, connection id, 8 bytes, a
        // zero, capabilities.
        guard greeting.count > 5, greeting[4] == 10, let end = greeting[5...].firstIndex(of: 0),
            end + 16 <= greeting.count
        else {
            throw ConnectionLost(cause: "the server did not greet")
        }
        return (UInt16(greeting[end + 14]) | UInt16(greeting[end + 15]) << 8) & tlsFlag != 0
    }

    private static func connected(_ address: MySQLAddress) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &found) == 0 else {
            throw ConnectionLost(cause: "no address for \(address.host)")
        }
        defer { freeaddrinfo(found) }
        var candidate = found
        while let next = candidate {
            candidate = next.pointee.ai_next
            let descriptor = socket(next.pointee.ai_family, next.pointee.ai_socktype, next.pointee.ai_protocol)
            guard descriptor >= 0 else { continue }
            var limit = timeval(tv_sec: waitMilliseconds / 1000, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            if connect(descriptor, next.pointee.ai_addr, next.pointee.ai_addrlen) == 0 { return descriptor }
            close(descriptor)
        }
        throw ConnectionLost(
            cause: "\(address.host):\(address.port) can't be reached: \(String(cString: strerror(errno)))")
    }

    private static func receive(_ descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        var count = 0
        // The packet's own length comes first.
        while count < 4 || count < min(bytes.count, 4 + (Int(bytes[0]) | Int(bytes[1]) << 8)) {
            let got = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count, 0)
            }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }
}
