import ArgumentParser
import Foundation
import Transform

/// `perigee executor`: what a Spark executor starts for each of its tasks. Bodies to transform come in, a line each (`ExecutorTask`), and a line goes out
/// for each that is done.
struct Executor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "executor", abstract: "Transform the bodies that Spark hands to an executor.", shouldDisplay: false)

    @Flag(help: "Write down where this runs, and what it is, into the folders that come in.")
    var probe = false

    mutating func run() throws {
        while let line = readLine() {
            if probe {
                try Self.note(in: line)
            } else {
                guard let task = ExecutorTask(line: line) else { throw ValidationError("this is no task: \(line.prefix(200))") }
                print(try task.perform() ? "done" : "unreadable")
            }
        }
    }

    /// The executor's machine and folder of its own, and this program's version. It takes long enough for every executor to get a task.
    private static func note(in folder: String) throws {
        let text = "\(ProcessInfo.processInfo.hostName) \(FileManager.default.currentDirectoryPath) \(Version.text)"
        let file = URL(fileURLWithPath: "\(folder)/\(UUID().uuidString).probe")
        do {
            try Data(text.utf8).write(to: file)
        } catch {
            throw ValidationError("can't write \(file.path): \(error.localizedDescription)")
        }
        Thread.sleep(forTimeInterval: 0.2)
        print("done")
    }
}
