public import Foundation

/// An access key with its secret. It prints as `***`, whatever prints it.
public struct S3Credentials: Sendable {
    let accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?
    let expires: Date?

    /// Credentials from their parts: temporary ones have a session token and an end.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expires: Date? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expires = expires
    }

    /// Whether they should be had anew: temporary ones five minutes before their end, as AWS's own clients do.
    func isStale(at now: Date) -> Bool {
        expires.map { $0.timeIntervalSince(now) < 300 } ?? false
    }

    /// A text without them.
    func scrub(_ text: String) -> String {
        [secretAccessKey, accessKeyID, sessionToken].compactMap { $0 }.filter { !$0.isEmpty }.reduce(text) {
            $0.replacing($1, with: "***")
        }
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the credentials.
    public var description: String { "***" }
    /// Never the credentials.
    public var debugDescription: String { "***" }
    /// Without the credentials.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
