import Crypto
import Foundation
import NearEarth
import SparkConnect
import Support

/// This program, as the shell of an executor starts it: installed on every worker, or sent to the cluster once for a
/// session.
public actor SparkProgram {
    private let session: SparkSession
    private let installed: String?
    private let s3: [String: String]?
    private var prepared: Task<String, any Error>?

    /// `installed` is its path on the workers; nil has it sent. `s3` are the variables of S3 for bodies that are there:
    /// they travel as a file of the session's, which no page, log or process list shows.
    public init(_ session: SparkSession, installed: String?, s3: [String: String]?) {
        self.session = session
        self.installed = installed
        self.s3 = s3
    }

    /// What to call it in a message.
    nonisolated var name: String { installed ?? "the program that was sent to them" }

    /// The command line for a shell.
    func command(_ arguments: String) async throws -> String {
        let task = prepared ?? Task { try await prepare() }
        prepared = task
        return try await task.value.replacing("ARGUMENTS", with: arguments)
    }

    private func prepare() async throws -> String {
        var options = ""
        if let s3 {
            let (name, bytes) = ("perigee-s3-\(UUID().uuidString.lowercased())", try JSONEncoder().encode(s3))
            try await session.addFile(name, size: bytes.count) { bytes[$0] }
            options = " --s3 \"\(Self.find(name))\""
        }
        if let installed { return "exec '\(installed.replacing("'", with: #"'\''"#))' ARGUMENTS\(options)" }
        let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(
                .inputOutput, "this program can't be read at \(path)",
                next: "install it on the workers and set PERIGEE_SPARK_PROGRAM")
        }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        let (name, size) = ("perigee-\(Hexadecimal.text(hash.finalize()).prefix(16))", Int(try file.offset()))
        try await session.addFile(name, size: size) { range in
            try file.seek(toOffset: UInt64(range.lowerBound))
            return try file.read(upToCount: range.count) ?? Data()
        }
        // It arrives without its execute bit.
        return "P=\"\(Self.find(name))\" && chmod +x \"$P\" && exec \"$P\" ARGUMENTS\(options)"
    }

    /// A session's file is in a folder of that session below the executor's work folder.
    private static func find(_ name: String) -> String { "$(ls -d \"$PWD\"/*/\(name) | tail -n 1)" }
}
