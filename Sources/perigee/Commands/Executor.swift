import ArgumentParser
import Foundation
import Logging
import S3
import Transform

/// `perigee executor`: what Spark starts for each of its tasks. Bodies to transform come in, a line each, and a line
/// goes out for each (`ExecutorTask`).
struct Executor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "executor", abstract: "Transform the bodies that Spark hands to an executor.", shouldDisplay: false
    )

    @Flag(help: "Give the rows that each line's task asks for (`ExportTask`), not a line for each.")
    var export = false

    @Option(
        help:
            "Say where this runs, what it is, and whether it sees the place that each line names; take so many milliseconds for each."
    )
    var probe: Int?

    @Option(help: "A file with the variables of S3 as JSON, for bodies that are there.")
    var s3: String?

    mutating func run() async throws {
        let client = try s3.map { file in
            let environment = try JSONDecoder().decode(
                [String: String].self, from: Data(contentsOf: URL(fileURLWithPath: file)))
            return try S3Client(
                environment: environment, userAgent: Version.userAgent,
                logger: Logger(label: "perigee") { _ in SwiftLogNoOpLogHandler() })
        }
        while let line = readLine() {
            if let probe {
                let sees = try await Self.sees(line, client) ? "sees" : "misses"
                let (host, folder) = (ProcessInfo.processInfo.hostName, FileManager.default.currentDirectoryPath)
                Terminal.print("\(sees) \(Version.text) \(host) \(folder)")
                try await Task.sleep(for: .milliseconds(probe))
            } else if export {
                let task = try JSONDecoder().decode(ExportTask.self, from: Data(line.utf8))
                FileHandle.standardOutput.write(Data(try await task.lines(client)))
            } else {
                guard let task = ExecutorTask(line: line) else {
                    throw ValidationError("this is not a task: \(line.prefix(200))")
                }
                FileHandle.standardOutput.write(Data(await task.answer(client) + [0x0A]))
            }
        }
        await client?.shutdown()
    }

    private static func sees(_ path: String, _ s3: S3Client?) async throws -> Bool {
        guard let s3, let location = S3Location(path) else { return FileManager.default.fileExists(atPath: path) }
        return try await s3.list(location, delimiter: "/").count >= 0
    }
}
