/// A failure of `/feed` that returns every Nth request.
public struct Fault: Sendable {
    /// What goes wrong.
    public enum Kind: String, CaseIterable, Sendable {
        /// HTTP 500 with an HTML page, as Heroku's router sends in an outage.
        case htmlError = "500html"
        /// HTTP 503 without a body.
        case emptyUnavailable = "503empty"
        /// HTTP 429 although quota is left, with `Retry-After: 1`.
        case overRateLimit = "429"
        /// HTTP 200 whose body stops half-way to its `Content-Length`; the connection closes.
        case truncate
        /// Silence for ten seconds; then the connection closes without an answer.
        case stall
        /// The connection is reset (TCP RST) without an answer.
        case reset
        /// HTTP 200 labelled JSON that is not JSON.
        case garbage
        /// HTTP 200 with valid JSON of another shape.
        case wrongType = "wrongtype"
        /// HTTP 200 in which one object has a text for its magnitude and no `id`; the others are sound.
        case badRecord = "badrecord"
    }

    /// What goes wrong.
    let kind: Kind
    /// The period: requests N, 2N, 3N, ... to `/feed` fail, so that a repeated request succeeds unless N is 1.
    let every: Int

    /// The fault that a text of the form `KIND@N` orders (`truncate@10`), or nil.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])),
            parts[1].allSatisfy(\.isNumber), let every = Int(parts[1]), every >= 1
        else { return nil }
        self.kind = kind
        self.every = every
    }
}
