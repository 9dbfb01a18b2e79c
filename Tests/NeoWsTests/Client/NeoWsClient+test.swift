import Logging
import NearEarth
import NeoWs
import Support

extension NeoWsClient {
    /// A client for tests: waits of a millisecond, and what the test changes.
    static func forTest(_ url: String, _ change: (inout Configuration) -> Void = { _ in }) -> NeoWsClient {
        var configuration = Configuration()
        configuration.baseURL = url
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(2))
        configuration.attempts = 3
        change(&configuration)
        return NeoWsClient(
            configuration: configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Fetches with a client that is shut down afterwards; the error where there is one.
    static func outcome(_ batch: Batch, _ url: String, _ change: (inout Configuration) -> Void = { _ in }) async
        -> Result<FetchedBody, NeoWsError>
    {
        let client = forTest(url, change)
        let result: Result<FetchedBody, NeoWsError>
        do throws(NeoWsError) {
            result = .success(try await client.fetch(batch))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return result
    }
}

extension Result where Failure == NeoWsError {
    var error: NeoWsError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
