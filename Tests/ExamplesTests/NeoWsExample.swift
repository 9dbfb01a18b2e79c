import Logging
import NearEarth
import NeoWs

/// Collects the names of the objects that a body lists. The scanner hands it one object after the other.
struct Names: ObjectSink {
    var found: [String] = []

    mutating func take(_ object: borrowing ScannedObject, at position: borrowing ObjectPath, in body: BodyBytes) {
        found.append(body.text(object.name))
    }
}

/// The objects that pass by Earth on the days of a window: one request, within the quota, with retries.
func names(in window: DateWindow, service: String) async throws -> [String] {
    var configuration = NeoWsClient.Configuration()
    configuration.baseURL = service
    let client = NeoWsClient(configuration: configuration, logger: Logger(label: "example"))
    let fetched: NeoWsClient.FetchedBody
    do {
        fetched = try await client.fetch(.feed(window))
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
    return try BodyBuffer(fetched.bytes).withBytes { body in
        var names = Names()
        _ = try BodyScanner.scan(body, into: &names)
        return names.found
    }
}
