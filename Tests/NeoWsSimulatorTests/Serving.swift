import Logging
import NearEarth
import NeoWs
import NeoWsSimulator
import Support

/// A simulator on a free port, and a client of it, for as long as `body` runs.
func withSimulator(
    _ options: SimulatorOptions = SimulatorOptions(),
    client change: (inout NeoWsClient.Configuration) -> Void = { _ in },
    _ body: @escaping @Sendable (NeoWsClient) async throws -> Void
) async throws {
    let (ready, continuation) = AsyncStream<String>.makeStream()
    var configuration = NeoWsClient.Configuration()
    configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(2))
    configuration.attempts = 3
    change(&configuration)
    let base = configuration
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await Simulator.run(options) { url in
                continuation.yield(url)
                continuation.finish()
            }
        }
        for await url in ready {
            var configuration = base
            configuration.baseURL = url
            let client = NeoWsClient(
                configuration: configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            do {
                try await body(client)
            } catch {
                await client.shutdown()
                group.cancelAll()
                throw error
            }
            await client.shutdown()
        }
        group.cancelAll()
    }
}

/// A window of the feed.
func feed(_ from: String, days: Int = 8) -> Batch {
    let start = CalendarDate(from) ?? CalendarDate(daysSinceEpoch: 0)
    return .feed(DateWindow(from: start, to: start.adding(days: days - 1)))
}
