/// Why a simulator does not start.
public enum SimulatorError: Error, Sendable, Equatable {
    /// The host is not `127.x.x.x`, `::1` or `localhost`.
    case beyondLoopback(host: String)
}

extension SimulatorError: CustomStringConvertible {
    /// What to tell the user.
    public var description: String {
        switch self {
        case .beyondLoopback(let host): "the simulator listens on loopback only, not on \(host): use 127.0.0.1"
        }
    }
}

/// An address that only this computer reaches.
struct LoopbackAddress {
    let host: String

    /// The address, or nil where other computers could reach it.
    init?(_ host: String) {
        guard host == "localhost" || host == "::1" || Self.isIPv4Loopback(host) else { return nil }
        self.host = host
    }

    /// The address as a URL writes it.
    var urlHost: String { host.contains(":") ? "[\(host)]" : host }

    private static func isIPv4Loopback(_ host: String) -> Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}
