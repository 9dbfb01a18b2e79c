import Logging
import S3

/// Keeps a report in a bucket unless there is one, and reads what is kept. Credentials, region and endpoint come from
/// AWS's own variables and files.
func keep(_ report: String, at url: String, environment: [String: String]) async throws -> String {
    guard let location = S3Location(url) else {
        throw S3Error(.configuration, "\(url) is not of the form s3://BUCKET/KEY")
    }
    let logger = Logger(label: "example")
    let client = try S3Client(environment: environment, userAgent: "example/1.0", logger: logger)
    do {
        _ = try await client.create(Array(report.utf8), at: location, contentType: "text/plain")
        let kept = try await client.get(location, limit: 1 << 20)
        await client.shutdown()
        return String(decoding: kept, as: UTF8.self)
    } catch {
        await client.shutdown()
        throw error
    }
}
