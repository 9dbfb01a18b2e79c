import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Requests of the tests' own.
public enum Web {
    /// Status and body of a GET.
    public static func get(_ url: String, headers: [String: String] = [:]) async throws -> (status: Int, body: Data) {
        try await request("GET", url, headers: headers)
    }

    /// Status, headers (names in lower case) and body of a request.
    public static func answer(
        _ method: String, _ url: String, headers: [String: String] = [:], body: Data? = nil
    ) async throws -> (status: Int, headers: [String: String], body: Data) {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(data: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let received = try await response.body.collect(upTo: 32 << 20)
        let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + ", " + $1 }
        return (Int(response.status.code), headers, Data(received.readableBytesView))
    }

    /// Status and body of a request.
    public static func request(_ method: String, _ url: String, headers: [String: String] = [:], body: Data? = nil)
        async throws -> (status: Int, body: Data)
    {
        let answer = try await answer(method, url, headers: headers, body: body)
        return (answer.status, answer.body)
    }
}
