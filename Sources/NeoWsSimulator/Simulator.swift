import Hummingbird
import Logging
import NIOCore

/// A look-alike of NASA's NeoWs on loopback: synthetic close approaches for every day from 1900 to 2200.
///
/// Each answer carries `X-Perigee-Simulated: true`, each object an SPK-ID that JPL does not use and a name with `SIM`.
public struct Simulator: Sendable {
    /// The path below which NeoWs lives, here as at api.nasa.gov.
    public static let pathPrefix = "/neo/rest/v1"

    private let options: SimulatorOptions

    /// A simulator that is not yet listening.
    public init(options: SimulatorOptions) {
        self.options = options
    }

    /// Listens and serves until the task is cancelled or the process gets SIGINT or SIGTERM.
    ///
    /// - Parameter onReady: called once the port is open, with the base URL (`http://127.0.0.1:41234/neo/rest/v1`).
    /// - Throws: `SimulatorError` for an address beyond loopback; the system's error where the port is taken.
    public func run(onReady: @Sendable @escaping (String) async -> Void) async throws {
        guard let address = LoopbackAddress(options.host) else {
            throw SimulatorError.beyondLoopback(host: options.host)
        }
        var logger = Logger(label: "perigee.simulator")
        logger.logLevel = .critical  // Hummingbird reports an ordinary cancellation as an error; real ones are thrown
        let application = Application(
            responder: SimulatorResponder(options: options),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: options.port)),
            onServerRunning: { [options] channel in
                let port = channel.localAddress?.port ?? options.port
                await onReady("http://\(address.urlHost):\(port)\(Self.pathPrefix)")
            },
            logger: logger)
        try await application.runService()
    }
}
