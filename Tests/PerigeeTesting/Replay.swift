import Foundation

/// `neows-replay`: real approaches, served the way NASA does, by code that is not ours.
public final class Replay: Sendable {
    /// The base URL for `--api-url`.
    public let baseURL: String
    private let process: Started

    /// Starts the server on a free port with faults such as `500html@3`. `folder` names another copy of the server and its data.
    public init(faults: [String] = [], limit: Int = 1000, options: [String] = [], folder: String? = nil) async throws {
        process = try Python.serve(
            "\(folder ?? Shared.folder + "/neows")/neows-replay",
            ["--port", "0", "--limit", "\(limit)"] + faults.flatMap { ["--fault", $0] } + options)
        baseURL = try await process.firstLine()
        guard baseURL.hasPrefix("http://127.0.0.1:") else { throw Failure(message: "neows-replay said \(baseURL)") }
    }

    /// How many requests of each kind came in.
    public func stats() async throws -> [String: Int] {
        let (_, body) = try await Web.get(root + "/_stats")
        return try JSONSerialization.jsonObject(with: body) as? [String: Int] ?? [:]
    }

    /// Clears counters and limits.
    public func reset() async throws {
        _ = try await Web.request("POST", root + "/_reset")
    }

    /// The body of a window, asked for by other means than ours.
    public func feed(_ from: String, _ to: String) async throws -> Data {
        let (status, body) = try await Web.get("\(baseURL)/feed?start_date=\(from)&end_date=\(to)", headers: ["X-Api-Key": "ANOTHER_KEY"])
        guard status == 200 else { throw Failure(message: "status \(status) for \(from)..\(to)") }
        return body
    }

    private var root: String { baseURL.replacingOccurrences(of: "/neo/rest/v1", with: "") }
}
