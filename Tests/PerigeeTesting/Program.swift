import Foundation

/// The `perigee` program as a user runs it: a process of its own.
public enum Program {
    /// The binary: `PERIGEE_BIN`, or the one beside the test bundle.
    public static let path: String =
        ProcessInfo.processInfo.environment["PERIGEE_BIN"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("perigee")
        .path

    /// What a process left behind.
    public struct Outcome: Sendable {
        /// Its exit code; minus the signal's number where one ended it.
        public let status: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String

        /// Its output as JSON, which must be one line and an object.
        public func json() throws -> [String: Any] {
            let lines = output.split(separator: "\n", omittingEmptySubsequences: true)
            guard lines.count == 1,
                let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
            else {
                throw Failure(message: "not one line with a JSON object: \(output) \(errors)")
            }
            return object
        }
    }

    /// Runs `perigee` with these arguments in `folder`. The environment is empty but for PATH, HOME and what is given.
    public static func run(_ arguments: [String], in folder: String, environment: [String: String] = [:]) async throws
        -> Outcome
    {
        let started = try start(arguments, in: folder, environment: environment)
        return await started.outcome()
    }

    /// Starts `perigee` without waiting for it.
    public static func start(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws
        -> Started
    {
        try Started(executable: path, arguments: arguments, folder: folder, environment: environment)
    }
}
