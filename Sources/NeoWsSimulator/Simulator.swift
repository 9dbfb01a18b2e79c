import Hummingbird
import Logging

/// A look-alike of NASA's NeoWs on loopback: synthetic close approaches for every day from 1900 to 2200.
///
/// Each answer carries `X-Perigee-Simulated: true`, each object an SPK-ID that JPL does not use and a name with `SIM`.
public enum Simulator {
    /// The path below which NeoWs lives, here as at api.nasa.gov.
    static let pathPrefix = "/neo/rest/v1"

    /// Only loopback: nobody else may mistake the simulator for NASA.
    private static let host = "127.0.0.1"

    /// Listens and serves until the task is cancelled or the process gets SIGINT or SIGTERM.
    ///
    /// - Parameter onReady: called once the port is open, with the base URL (`http://127.0.0.1:41234/neo/rest/v1`).
    /// - Throws: the system's error where the port is taken.
    public static func run(
        _ options: SimulatorOptions, onReady: @Sendable @escaping (String) async -> Void
    ) async throws {
        var logger = Logger(label: "perigee.simulator")
        logger.logLevel = .critical  // Hummingbird reports an ordinary cancellation as an error; real ones are thrown
        let application = Application(
            responder: SimulatorResponder(options: options),
            configuration: ApplicationConfiguration(address: .hostname(host, port: options.port)),
            onServerRunning: { channel in
                await onReady("http://\(host):\(channel.localAddress?.port ?? options.port)\(pathPrefix)")
            },
            logger: logger)
        try await application.runService()
    }
}
