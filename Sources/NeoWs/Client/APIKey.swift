import Foundation

/// An api.nasa.gov key. It prints as `***`, whatever prints it.
public struct APIKey: Sendable {
    let value: String

    /// NASA's shared key: 30 requests an hour and 50 a day for each address. It is not a secret.
    public static let demo = APIKey(unchecked: "DEMO_KEY")

    /// A key as its owner gave it, or nil where it can't be one: empty, or with bytes that a header may not carry.
    public init?(_ text: String) {
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.init(unchecked: key)
    }

    private init(unchecked value: String) {
        self.value = value
    }

    /// Whether this is DEMO_KEY.
    public var isDemo: Bool { value == "DEMO_KEY" }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "***" }
    /// Never the key.
    public var debugDescription: String { "***" }
    /// Without the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
