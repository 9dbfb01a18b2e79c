import ArgumentParser
import NeoWsSimulator
import Support

/// `perigee simulate`: a NeoWs look-alike on this machine.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Serve made-up approaches the way NASA does, for work without a network.",
        discussion: """
            Deterministic: the same seed gives the same bodies. SPK-IDs begin with 9 and names with SIM; a store never mixes them with NASA's.

            EXAMPLE
              perigee simulate --port 8098 &
              export PERIGEE_API_URL=http://127.0.0.1:8098/neo/rest/v1
              perigee run --store sqlite:simulated.sqlite --landing simulated
            """)

    @Option(help: ArgumentHelp("Port on 127.0.0.1; 0 picks a free one. The base URL is printed.", valueName: "n"))
    var port = 8098

    @Option(help: ArgumentHelp("What the made-up sky is drawn from.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Requests allowed an hour for each key.", valueName: "n"))
    var limit = 1000

    @Option(
        help: ArgumentHelp(
            "Spoil every Nth feed request; repeatable. KIND is \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind@n"))
    var fault: [String] = []

    @Flag(help: "Send Retry-After with 429.")
    var retryAfter = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more.") }
        for text in fault where Fault(text) == nil {
            throw ValidationError("--fault \(text) is not KIND@N with a known kind and N of 1 or more.")
        }
    }

    mutating func run() async throws {
        var options = SimulatorOptions()
        options.port = port
        options.seed = seed
        options.limit = limit
        options.sendsRetryAfter = retryAfter
        options.faults = fault.compactMap(Fault.init)
        do {
            try await Simulator.run(options) { Terminal.print($0) }
        } catch {
            Terminal.error(
                CommandFailure(.unavailable, "the simulator can't serve: \(error)", next: "try another --port"))
            throw ExitCode(69)
        }
    }
}
