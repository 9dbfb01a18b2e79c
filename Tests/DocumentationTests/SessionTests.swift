import Foundation
import PerigeeTesting
import Testing

/// The session in the README, run as it is there.
struct SessionTests {
    /// A command of the session, and the lines below it.
    private struct Step {
        var command: String
        var output: [String] = []
    }

    /// Where the README says that the simulator listens.
    private static let address = "http://127.0.0.1:8098/neo/rest/v1"

    @Test("The README's session gives the output that it shows")
    func readme() async throws {
        let steps = try Self.steps(of: "README.md")
        #expect(steps.count >= 4)
        #expect(steps.contains { $0.command.contains(Self.address) })

        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("bin"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder("bin/perigee"), withDestinationPath: Program.path)
        // On a port that is free; all else is as in the README.
        let simulator = try Program.start(["simulate", "--port", "0"], in: folder.path)
        defer { simulator.signal(SIGKILL) }
        let service = try await simulator.firstLine()

        let mark = "-- next --"
        let script = steps.map { "echo '\(mark)'\n\($0.command.replacing(Self.address, with: service))\n" }.joined()
        let path = "\(folder("bin")):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        let shell = try Started(
            executable: "/bin/sh", arguments: ["-e", "-c", script], folder: folder.path, environment: ["PATH": path])
        let outcome = await shell.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let outputs = outcome.output.components(separatedBy: mark + "\n").dropFirst().map { output in
            output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
        try #require(outputs.count == steps.count, "\(outcome.output)\(outcome.errors)")
        for (step, output) in zip(steps, outputs) { #expect(output == step.output, "$ \(step.command)") }
    }

    /// The steps of a page's first block of the kind `console`.
    private static func steps(of page: String) throws -> [Step] {
        let text = try Pages.text(page)
        let begin = try #require(text.range(of: "```console\n"))
        let end = try #require(text.range(of: "\n```", range: begin.upperBound..<text.endIndex))
        var steps: [Step] = []
        for line in text[begin.upperBound..<end.lowerBound].components(separatedBy: "\n") {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else {
                try #require(!steps.isEmpty, "the session begins with output")
                steps[steps.count - 1].output.append(line)
            }
        }
        return steps
    }
}
