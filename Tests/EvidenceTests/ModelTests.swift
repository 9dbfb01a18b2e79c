import Foundation
import PerigeeTesting
import Testing

/// Random sequences of what can happen to a store, held against an independent model (`Model/model.py`, whose output
/// names the seeds that fail). The same seeds each time; the long mode is `Model/model.py` itself, with more of them.
/// Commands wait for the disk most of the time, so there are more sequences at a time than processors.
struct ModelTests {
    @Test("SQLite holds what the answers say, whatever happened in between")
    func sqlite() async throws {
        let model = try Self.model("--sequences", "24", "--first", "1")
        let outcome = await model.outcome()
        Self.say(outcome)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test("So does PostgreSQL", .enabled(if: postgres != nil, "\(TestServer.notice)"))
    func postgresql() async throws {
        let server = try #require(Self.postgres)
        let model = try Self.model(
            "--sequences", "6", "--first", "1001", "--store", server.url, "--password-file", server.passwordFile)
        let outcome = await model.outcome()
        Self.say(outcome)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    private static let postgres = TestServer.all.first { $0.name == "postgres" }

    /// How many there were, and whether there was a C compiler for the clock's errors.
    private static func say(_ outcome: Program.Outcome) {
        if let last = outcome.output.split(separator: "\n").last { print(String(last)) }
    }

    private static func model(_ arguments: String...) throws -> Started {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Model/model.py"
        ).path
        return try Started(
            executable: "/usr/bin/env",
            arguments: ["python3", script, "--perigee", Program.path, "--jobs", "4"] + arguments,
            folder: NSTemporaryDirectory(),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    }
}
