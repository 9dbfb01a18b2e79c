public import Foundation

/// `perigee serve` with its HTTP API on a free port, in a workplace of a test's.
public final class APIServer: Sendable {
    /// The process.
    public let process: Started
    /// The API's base URL, without a slash at its end.
    public let base: String

    /// Starts it and waits until it listens. Without `more` it serves the API alone.
    public init(_ place: Workplace, _ more: [String] = ["--no-schedule"], environment: [String: String] = [:])
        async throws
    {
        process = try Program.start(
            ["serve", "--listen", "127.0.0.1:0"] + more, in: place.folder.path,
            environment: place.environment.merging(environment) { $1 })
        var url: String?
        for _ in 0..<600 where url == nil {
            url = process.output.split(whereSeparator: \.isWhitespace).map(String.init)
                .first { $0.hasPrefix("http") && $0.hasSuffix("/api/v1/") }
            if url == nil { try await Task.sleep(for: .milliseconds(100)) }
        }
        guard let url else { throw Failure(message: "the server does not listen: \(process.output)\(process.errors)") }
        base = String(url.dropLast())
    }

    /// The port.
    public var port: Int { URL(string: base)?.port ?? 0 }

    /// Status, headers (names in lower case) and body of an answer.
    public func answer(
        _ method: String = "GET", _ path: String, headers: [String: String] = [:], body: String? = nil
    ) async throws -> (status: Int, headers: [String: String], body: Data) {
        try await Web.answer(method, base + path, headers: headers, body: body.map { Data($0.utf8) })
    }

    /// An answer with status 200, read as JSON.
    public func json(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        let (status, _, body) = try await answer("GET", path, headers: headers)
        guard status == 200, let object = try JSONSerialization.jsonObject(with: body) as? [String: Any] else {
            throw Failure(message: "\(path): \(status) \(String(decoding: body.prefix(500), as: UTF8.self))")
        }
        return Answer(object)
    }
}
