import NIOCore

/// How a server listens, and what it asks of its callers.
public struct ServerOptions: Sendable {
    /// The address and port to listen on; port 0 picks a free one.
    public var address: String
    /// The port.
    public var port: Int
    /// Files with the certificate and its key, PEM; nil for plain HTTP.
    public var certificate: (chain: String, key: String)?
    /// Requests a second that one client address may send; nil for no bound.
    public var requestsPerSecond: Int?
    /// Whether reading takes a token, too.
    public var readingTakesToken: Bool
    /// Whether changing something takes a token. Without one, only a program on this machine can.
    public var changingTakesToken: Bool
    /// This program's version: another one may answer otherwise.
    public var version: String

    /// Options from their parts.
    public init(
        address: String, port: Int, certificate: (chain: String, key: String)? = nil, requestsPerSecond: Int? = nil,
        readingTakesToken: Bool = false, changingTakesToken: Bool = false, version: String
    ) {
        (self.address, self.port, self.certificate) = (address, port, certificate)
        (self.requestsPerSecond, self.version) = (requestsPerSecond, version)
        (self.readingTakesToken, self.changingTakesToken) = (readingTakesToken, changingTakesToken)
    }

    /// Whether only programs on this machine can reach an address.
    public static func isLoopback(_ address: String) -> Bool {
        if address.lowercased() == "localhost" { return true }
        // An address, not a name that looks like one.
        guard let parsed = try? SocketAddress(ipAddress: address, port: 0) else { return false }
        return parsed.protocol == .inet ? address.hasPrefix("127.") : address == "::1"
    }
}
