import Foundation

/// Where a Spark Connect server is: `sc://HOST:PORT/;NAME=VALUE;...`, the connection string that all Spark Connect
/// clients share (https://spark.apache.org/docs/latest/spark-connect-overview.html;
/// sql/connect/docs/client-connection-string.md in apache/spark).
public struct SparkAddress: Sendable {
    /// Host name or IP address.
    public var host: String
    /// TCP port; 15002 where the connection string names none.
    public var port: Int
    /// Bearer token that the server asks for; nil for none.
    public var token: String?
    /// Whether the connection is encrypted. A token alone turns it on, but for the own machine.
    public var usesTLS = false
    /// Path of the PEM file with the authorities that the server's certificate is checked against; nil for the
    /// system's.
    public var certificateAuthority: String?
    /// Who the session belongs to, as the server shows it.
    public var userID: String?
    /// What the server takes for the client's name.
    public var userAgent: String?
    /// A session of this id is made or joined; nil for a new one.
    public var sessionID: String?
    /// Further parameters: sent as gRPC metadata with every call.
    public var headers: [String: String] = [:]

    /// The address that a connection string stands for.
    public init(_ text: String) throws(SparkError) {
        // A token may be among the parameters: no error repeats what was given.
        guard let url = URLComponents(string: text), url.scheme?.lowercased() == "sc" else {
            throw .badAddress("it does not begin with sc://")
        }
        guard let host = url.host, !host.isEmpty else { throw .badAddress("it names no host") }
        guard url.user == nil, url.password == nil else {
            throw .badAddress("a user goes into user_id, and nothing before the host")
        }
        guard url.query == nil, url.fragment == nil else {
            throw .badAddress("parameters begin with /; and not with ? or #")
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port ?? 15_002
        guard (1...65_535).contains(port) else { throw .badAddress("its port is not a TCP port") }
        guard url.percentEncodedPath.isEmpty || url.percentEncodedPath == "/" || url.percentEncodedPath.hasPrefix("/;")
        else {
            throw .badAddress("its path must be empty; parameters begin with /;")
        }
        var wantsTLS: Bool?
        for parameter in url.percentEncodedPath.dropFirst(2).split(separator: ";") {
            let parts = parameter.split(separator: "=", maxSplits: 1).map {
                String($0).removingPercentEncoding ?? String($0)
            }
            guard parts.count == 2, !parts[1].isEmpty else {
                throw .badAddress("parameters are NAME=VALUE; one of them is not")
            }
            switch parts[0] {
            case "token": token = parts[1]
            case "user_id": userID = parts[1]
            case "user_agent": userAgent = parts[1]
            case "session_id":
                guard UUID(uuidString: parts[1]) != nil else { throw .badAddress("session_id is not a UUID") }
                sessionID = parts[1]
            case "use_ssl":
                guard let flag = Bool(parts[1].lowercased()) else {
                    throw .badAddress("use_ssl is neither true nor false")
                }
                wantsTLS = flag
            default: headers[parts[0].lowercased()] = parts[1]
            }
        }
        usesTLS = wantsTLS ?? (token != nil && !isLoopback)
    }

    /// Whether it is this machine.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

extension SparkAddress: CustomStringConvertible {
    /// Host and port, and nothing of the parameters.
    public var description: String { "sc://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
