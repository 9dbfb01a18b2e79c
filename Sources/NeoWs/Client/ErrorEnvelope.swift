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
        let buffer = BodyBuffer(body)
        let fields = buffer.withBytes { Self.fields($0) }
        if let code = fields?["error.code"] {
            self.init(origin: .gateway, code: code, message: fields?["error.message"] ?? "")
        } else if let message = fields?["error_message"] {
            self.init(origin: .application, code: fields?["http_error"] ?? "\(status)", message: message)
        } else {
            let text = String(decoding: body.prefix(2000), as: UTF8.self)
            let plain = Self.withoutTags(text)
            self.init(origin: .router, code: "\(status)", message: plain.isEmpty ? "empty body" : plain)
        }
    }

    private init(origin: Origin, code: String, message: String) {
        self.origin = origin
        self.code = String(code.prefix(60))
        self.message = String(message.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))
    }

    /// The strings of the two envelopes; nil where the body is not JSON object.
    private static func fields(_ body: BodyBytes) -> [String: String]? {
        guard UTF8Check.firstInvalidOffset(body) == nil else { return nil }
        var cursor = JSONCursor(body)
        var found: [String: String] = [:]
        do throws(JSONCursor.Fault) {
            cursor.skipSpace()
            var walk = try cursor.enterObject()
            while let (key, token) = try cursor.nextKey(&walk) {
                if key == .error, try cursor.peekKind() == .object {
                    var inner = try cursor.enterObject()
                    while let (_, name) = try cursor.nextKey(&inner) {
                        found["error." + body.text(name)] = body.text(try cursor.value())
                    }
                } else {
                    found[body.text(token)] = body.text(try cursor.value())
                }
            }
            return found
        } catch {
            return nil
        }
    }

    private static func withoutTags(_ text: String) -> String {
        var inTag = false
        return String(
            text.compactMap { character -> Character? in
                if character == "<" { inTag = true }
                defer { if character == ">" { inTag = false } }
                return inTag ? (character == "<" ? " " : nil) : character
            }
        ).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension ErrorEnvelope: CustomStringConvertible {
    /// Code, origin and message in a line.
    public var description: String { "\(code), from the \(origin.rawValue): \(message)" }
}
