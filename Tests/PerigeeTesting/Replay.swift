import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// `neows-replay`: real approaches, served the way NASA does, by code that is not ours.
public final class Replay: Sendable {
    /// The base URL for `--api-url`.
    public let baseURL: String
    private let process: Started

    /// Starts the server on a free port with faults such as `500html@3`.
    public init(faults: [String] = [], limit: Int = 1000, options: [String] = []) async throws {
        let arguments = ["\(Shared.folder)/neows/neows-replay", "--port", "0", "--limit", "\(limit)"] + faults.flatMap { ["--fault", $0] } + options
        process = try Started(executable: "/usr/bin/env", arguments: ["python3", "-u"] + arguments, folder: NSTemporaryDirectory(), environment: [:])
        var line = ""
        for _ in 0..<200 where !line.hasSuffix("\n") {
            try await Task.sleep(for: .milliseconds(50))
            line = process.output
        }
        guard line.hasPrefix("http") else {
            process.signal(SIGKILL)
            throw Failure(message: "neows-replay did not start: \(process.errors)")
        }
        baseURL = line.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit {
        process.signal(SIGKILL)
    }

    /// How many requests of each kind came in.
    public func stats() async throws -> [String: Int] {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: root + "/_stats"), timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return try JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Int] ?? [:]
    }

    /// Clears counters and limits.
    public func reset() async throws {
        var request = HTTPClientRequest(url: root + "/_reset")
        request.method = .POST
        _ = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    }

    private var root: String { baseURL.replacingOccurrences(of: "/neo/rest/v1", with: "") }
}

/// A test's helper could not do its work.
public struct Failure: Error, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    /// A failure with its reason.
    public init(message: String) { self.message = message }
}
