import Foundation

/// What an error answer says. NeoWs has two envelopes, one of the gateway and one of the application behind it, and
/// where the router answers for a dead application it is HTML or nothing at all.
public struct ErrorEnvelope: Sendable, Equatable {
    /// Who speaks.
    public enum Origin: String, Sendable {
        /// api.nasa.gov's gateway: `{"error":{"code":"API_KEY_INVALID","message":"..."}}`.
        case gateway
        /// NeoWs itself: `{"code":400,"http_error":"BAD_REQUEST","error_message":"...","request":"..."}`.
        case application
        /// Neither: a page or an empty body from a router in between.
        case router
    }

    /// Who speaks.
    public let origin: Origin
    /// The gateway's code or the application's `http_error`; messages may change, codes do not (api.data.gov#219).
    public let code: String
    /// The message, one line, at most 300 characters.
    public let message: String

    /// Reads the answer's body.
    public init(status: Int, body: [UInt8]) {
        let fields = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        let error = fields?["error"] as? [String: Any]
        if let code = error?["code"] {
            self.init(origin: .gateway, code: "\(code)", message: error?["message"] as? String ?? "")
        } else if let message = fields?["error_message"] as? String {
            self.init(origin: .application, code: fields?["http_error"] as? String ?? "\(status)", message: message)
        } else {
            let text = Self.withoutTags(String(decoding: body.prefix(2000), as: UTF8.self))
            self.init(
                origin: .router, code: "\(status)", message: text.allSatisfy(\.isWhitespace) ? "empty body" : text)
        }
    }

    private init(origin: Origin, code: String, message: String) {
        self.origin = origin
        self.code = String(code.prefix(60))
        self.message = String(message.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))
    }

    private static func withoutTags(_ text: String) -> String {
        text.split(separator: "<", omittingEmptySubsequences: false).enumerated().map { index, part in
            index == 0 ? part : part.firstIndex(of: ">").map { part[$0...].dropFirst() } ?? ""
        }.joined(separator: " ")
    }
}

extension ErrorEnvelope: CustomStringConvertible {
    /// Code, origin and message in a line.
    public var description: String { "\(code), from the \(origin.rawValue): \(message)" }
}
