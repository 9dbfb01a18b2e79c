import ArgumentParser
import Server
import Support

/// Where `perigee serve` is reached, and by whom.
struct ListenOptions: ParsableArguments {
    @Option(.listen) var listen: String?
    @Option(.tlsCertificate) var tlsCertificate: String?
    @Option(.tlsKey) var tlsKey: String?
    @Option(.rateLimit) var rateLimit: String?
    @Flag(inversion: .prefixedNo, help: .setting(.readingTakesToken)) var readingTakesToken: Bool?

    var settings: [Setting: String] {
        [
            .listen: listen, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey, .rateLimit: rateLimit,
            .readingTakesToken: readingTakesToken.map(String.init),
        ].compactMapValues(\.self)
    }
}

extension Settings {
    /// How the server listens, checked. Elsewhere than on loopback, what changes something takes a token.
    func listening() throws -> ServerOptions {
        let text = self[.listen]
        let place = text.lastIndex(of: ":")
        var address = place.map { String(text[..<$0]) } ?? ""
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        guard let place, let port = UInt16(text[text.index(after: place)...]), !address.isEmpty else {
            throw CommandFailure(
                .usage, "\(name(.listen)) \(text) is not an address with a port",
                next: "give one like 127.0.0.1:8380, or 0.0.0.0:8380 for every network")
        }
        let isLoopback = ServerOptions.isLoopback(address)
        let (chain, key) = (self[.tlsCertificate], self[.tlsKey])
        guard chain.isEmpty == key.isEmpty else {
            throw CommandFailure(
                .usage, "--tls-certificate and --tls-key go together",
                next: "give both, or neither; \(name(chain.isEmpty ? .tlsKey : .tlsCertificate)) is given alone")
        }
        let rate = self[.rateLimit]
        guard rate.isEmpty || Int(rate).map((0...1_000_000).contains) ?? false else {
            throw CommandFailure(
                .usage, "\(name(.rateLimit)) \(rate) is not a number of requests a second",
                next: "give a number from 0 to 1000000")
        }
        let readingTakesToken = try flag(.readingTakesToken)
        let bound = Int(rate) ?? (isLoopback ? 0 : 100)
        return ServerOptions(
            address: address, port: Int(port), certificate: chain.isEmpty ? nil : (chain, key),
            requestsPerSecond: bound == 0 ? nil : bound, readingTakesToken: readingTakesToken,
            changingTakesToken: !isLoopback || readingTakesToken, version: Version.text)
    }
}
