import Foundation

/// The `perigee` program as a user runs it: a process of its own.
public enum Program {
    /// The binary: `PERIGEE_BIN`, or the one beside the test bundle.
    public static let path: String =
        ProcessInfo.processInfo.environment["PERIGEE_BIN"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("perigee").path

    /// What a process left behind.
    public struct Outcome: Sendable {
        /// Its exit code; minus the signal's number where one ended it.
        public let status: Int32
        public let output: String
        public let errors: String

        /// The last line of its output as JSON.
        public func json() throws -> [String: Any] {
            let line = output.split(separator: "\n").last.map(String.init) ?? ""
            return try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// Runs `perigee` with these arguments in `folder`. The environment is empty but for PATH, HOME and what is given.
    public static func run(_ arguments: [String], in folder: String, environment: [String: String] = [:]) async throws -> Outcome {
        let started = try start(arguments, in: folder, environment: environment)
        return await started.outcome()
    }

    /// Starts `perigee` without waiting for it.
    public static func start(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws -> Started {
        try Started(executable: path, arguments: arguments, folder: folder, environment: environment)
    }
}

/// A process under way. Its output goes to files, so that no pipe can fill up.
public final class Started: @unchecked Sendable {
    // @unchecked: Foundation's Process is used from one task at a time; only the identifier is read elsewhere.
    private let process = Process()
    private let folder: TemporaryFolder
    private let ended = AsyncStream<Void>.makeStream()

    init(executable: String, arguments: [String], folder: String, environment: [String: String]) throws {
        self.folder = try TemporaryFolder()
        let inherited = ProcessInfo.processInfo.environment
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["PATH": inherited["PATH"] ?? "/usr/bin:/bin", "HOME": folder].merging(environment) { $1 }
        for name in ["out", "err"] { _ = FileManager.default.createFile(atPath: self.folder(name), contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: self.folder("out"))
        process.standardError = FileHandle(forWritingAtPath: self.folder("err"))
        process.standardInput = FileHandle.nullDevice
        let continuation = ended.continuation
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    /// The process's number.
    public var pid: Int32 { process.processIdentifier }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(pid, number) }

    /// What it has printed so far.
    public var output: String { (try? String(contentsOfFile: folder("out"), encoding: .utf8)) ?? "" }

    /// What it has printed to standard error so far.
    public var errors: String { (try? String(contentsOfFile: folder("err"), encoding: .utf8)) ?? "" }

    /// Waits for its end.
    public func outcome() async -> Program.Outcome {
        for await _ in ended.stream {}
        let status = process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
        return Program.Outcome(status: status, output: output, errors: errors)
    }
}
