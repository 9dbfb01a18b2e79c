import Hummingbird
import NIOCore

extension Answer {
    /// The bodies from which on compression pays (bytes).
    private static let smallestCompressed = 1024

    /// The answer as HTTP, compressed where the caller takes gzip; or no answer, the connection having been closed.
    func response(acceptsGzip: Bool, on channel: any Channel) async throws -> Response {
        switch delivery {
        case .whole: break
        case .firstHalf: return truncatedResponse(on: channel)
        case .silence:
            try await Silence.keep(channel)
            throw CancellationError()
        case .reset:
            await ConnectionReset.close(channel)
            throw CancellationError()
        }
        var fields = headerFields
        var buffer = ByteBuffer(bytes: body)
        if acceptsGzip, body.count > Self.smallestCompressed {
            buffer = try Gzip.compressed(buffer)
            fields.set("Content-Encoding", "gzip")
            fields.set("Vary", "Accept-Encoding")
        }
        return Response(status: .init(code: status), headers: fields, body: .init(byteBuffer: buffer))
    }

    /// Promises all bytes, sends half of them and closes. Never compressed: half a gzip stream would be another fault.
    private func truncatedResponse(on channel: any Channel) -> Response {
        let half = ByteBuffer(bytes: body[..<(body.count / 2)])
        return Response(
            status: .init(code: status), headers: headerFields,
            body: .init(contentLength: body.count) { writer in
                try await writer.write(half)
                try await channel.close()
            })
    }

    private var headerFields: HTTPFields {
        var fields = HTTPFields()
        fields.set("Content-Type", contentType)
        for (name, value) in headers { fields.set(name, value) }
        fields.set("X-Perigee-Simulated", "true")
        return fields
    }
}

extension HTTPFields {
    /// Sets a field whose name is a valid token.
    mutating func set(_ name: String, _ value: String) {
        if let name = Element.Name(name) { self[name] = value }
    }

    /// The field of that name.
    func value(of name: String) -> String? {
        Element.Name(name).flatMap { self[$0] }
    }
}
