import Foundation

/// Servers that a test starts for itself, to do to them what others must not notice.
public enum PrivateServer {
    private static let services = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../scripts/services"
    )
    .standardizedFileURL.path

    /// Calls `scripts/services` and returns the variables that it printed.
    @discardableResult
    public static func service(_ verb: String, _ name: String, _ folder: String, _ options: String...) async throws
        -> [String: String]
    {
        let call = try Started(
            executable: "/bin/bash", arguments: [services, verb, name, "--dir", folder] + options,
            folder: NSTemporaryDirectory(),
            environment: ["HOME": ProcessInfo.processInfo.environment["HOME"] ?? "/root"])
        let outcome = await call.outcome()
        guard outcome.status == 0 else { throw Failure(message: "services \(verb) \(name): \(outcome.errors)") }
        let pairs = outcome.output.matches(of: /(?m)^export ([A-Z_]+)=(.*)$/).map { (String($0.1), String($0.2)) }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}
