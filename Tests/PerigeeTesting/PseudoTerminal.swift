import Foundation

/// `perigee` in a pseudo-terminal, as a person has it (`Tests/Terminal/terminal.py`).
public struct PseudoTerminal: Sendable {
    /// What happened.
    public struct Outcome: Sendable {
        /// What went wrong with the steps; nil where each did what it says.
        public let failure: String?
        /// The exit code; nil where it had not ended.
        public let status: Int?
        /// Every byte that came, as text.
        public let output: String

        /// What is left to see: each line as it was drawn last, without colors.
        public var screen: [String] {
            output.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "").components(separatedBy: "\r\n").map {
                $0.components(separatedBy: "\r").last ?? ""
            }
        }
    }

    /// A step of `terminal.py`, as JSON.
    public struct Step: Sendable {
        let json: String

        /// Waits for a text.
        public static func expect(_ pattern: String, within seconds: Int = 20) -> Step {
            Step(json: #"{"expect": \#(quoted(pattern)), "within": \#(seconds)}"#)
        }
        /// Types Ctrl-C.
        public static let interrupt = Step(json: #"{"send": "\u0003"}"#)
        /// Changes the width.
        public static func resize(_ columns: Int) -> Step { Step(json: #"{"resize": \#(columns)}"#) }
        /// Waits for the end.
        public static func exit(within seconds: Int) -> Step { Step(json: #"{"exit": null, "within": \#(seconds)}"#) }
        /// No line was wider than the window.
        public static let fits = Step(json: #"{"lines": null}"#)

        private static func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Terminal/terminal.py").path

    /// Runs `perigee` in a terminal of so many columns.
    public static func run(
        _ arguments: [String], in place: Workplace, columns: Int = 80, environment: [String: String] = [:],
        _ steps: [Step]
    ) async throws -> Outcome {
        let text = "[\(steps.map(\.json).joined(separator: ", "))]"
        let process = try Started(
            executable: "/usr/bin/env",
            arguments: ["python3", script, "--columns", "\(columns)", text, Program.path] + arguments,
            folder: place.folder.path,
            environment: place.environment.merging(["TERM": "xterm-256color"]) { $1 }.merging(environment) { $1 })
        let outcome = await process.outcome()
        guard outcome.status == 0 else { throw Failure(message: outcome.errors) }
        let answer = try outcome.json()
        return Outcome(
            failure: answer["failure"] as? String, status: answer["status"] as? Int,
            output: answer["output"] as? String ?? "")
    }
}
