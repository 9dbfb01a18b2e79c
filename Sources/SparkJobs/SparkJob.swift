import Foundation
import NearEarth
public import SparkConnect
import Support
import Synchronization
public import Transform

/// One job on the cluster: `SELECT TRANSFORM ... USING 'perigee executor'` over a list of bodies, which executors read
/// by themselves. Statements come back as its rows: Spark gives those of a task once, however often it was tried.
public struct SparkJob: Sendable {
    /// The session with the cluster.
    public let session: SparkSession
    private let program: SparkProgram

    /// A job of a session's.
    public init(_ session: SparkSession, _ program: SparkProgram) {
        self.session = session
        self.program = program
    }

    /// Hands on the statements of bodies with their numbers, each once, as they come; nil for a body that can't be read
    /// as one. Tasks are numbered as they stand.
    public func run(
        _ tasks: [ExecutorTask], _ progress: @Sendable @escaping (SparkProgress) -> Void,
        _ answer: @Sendable @escaping (Int, Statement?) -> Void
    ) async throws {
        try await work(tasks.map(\.line), arguments: "executor", hasRun: true, progress) { line in
            guard let read = ExecutorTask.read(line), tasks.indices.contains(read.number) else { throw Self.stranger }
            answer(read.number, read.statement)
        }
    }

    /// Has an executor run the program once, before work begins: it must fit the workers' system, and be this version.
    public func check(version: String) async throws {
        let words = try await probe("/", lines: 1)
        guard words.allSatisfy({ $0.hasPrefix("sees \(version) ") }) else {
            throw CommandFailure(
                .usage, "the workers have another Perigee than \(version): \(words.joined(separator: ", "))",
                next: Self.sameEverywhere)
        }
    }

    /// The executors' own words: `sees PERIGEE-VERSION HOST FOLDER` of each that was given one of the lines, `misses`
    /// in place of `sees` from one that does not reach the path. Where there are several lines, each takes its time, so
    /// that every executor gets some.
    public func probe(_ path: String, lines: Int) async throws -> [String] {
        let words = Mutex(Set<String>())
        let arguments = "executor --probe \(lines > 1 ? 200 : 0)"
        let paths = Array(repeating: Self.location(path), count: lines)
        try await work(paths, arguments: arguments, hasRun: false, { _ in }) { line in
            _ = words.withLock { $0.insert(String(decoding: line, as: UTF8.self)) }
        }
        let said = words.withLock { $0 }.sorted()
        guard !said.isEmpty else {
            throw CommandFailure(
                .unavailable, "the program on the workers is not Perigee", next: "check PERIGEE_SPARK_PROGRAM")
        }
        return said
    }

    /// The address of the application's UI; nil where the cluster does not say.
    public static func userInterface(_ session: SparkSession) async throws(SparkError) -> String? {
        guard let host = try await session.setting("spark.driver.host") else { return nil }
        return "http://\(host):\(try await session.setting("spark.ui.port") ?? "4040")"
    }

    /// What a failed job may fail for.
    public static let stranger = CommandFailure(
        .internalError, "executors' answers are not Perigee's", next: sameEverywhere)
    /// What to do where workers do not reach a body.
    public static let sharedLanding =
        "mount the landing folder at the same path on every worker, or land in S3; for a file that is lost, \(ErrorReport.askAgain)"
    private static let sameEverywhere = "use the same Perigee everywhere"

    /// A body's path as executors have to be told it.
    public static func location(_ path: String) -> String {
        BodySource.isInS3(path) ? path : URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private func work(
        _ lines: [String], arguments: String, hasRun: Bool, _ progress: @Sendable @escaping (SparkProgress) -> Void,
        _ answer: @Sendable @escaping (ArraySlice<UInt8>) throws -> Void
    ) async throws {
        let sql = try await query(lines, arguments: arguments, columns: ["answer"])
        do throws(SparkError) {
            try await session.texts(of: sql, progress: progress) { line in
                guard let line else { throw Self.stranger }
                try answer(line)
            }
        } catch {
            throw explained(error, hasRun: hasRun)
        }
    }

    /// What the program makes of input lines: a task a core, each with about as many texts in their order. A text may
    /// be of several lines.
    public func query(_ lines: [String], arguments: String, columns: [String]) async throws -> String {
        let values = lines.map { "(\(Self.literal($0)))" }.joined(separator: ", ")
        return """
            SELECT TRANSFORM(line) USING \(Self.literal(try await program.command(arguments))) AS (\(columns.joined(separator: " STRING, ")) STRING)
            ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' NULL DEFINED AS '\\\\N'
            FROM (SELECT explode(split(lines, '\\n')) AS line FROM VALUES \(values) AS bodies(lines))
            """
    }

    /// A text in SQL.
    private static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: "\\n") + "'"
    }

    /// Spark's error, or what it means for the program on the workers; `hasRun` where that is known to fit them.
    public func explained(_ error: SparkError, hasRun: Bool = true) -> any Error {
        guard case .failed(let failure) = error else { return error }
        let text = ([failure.condition ?? "", failure.message] + failure.causes).joined(separator: "\n")
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says("exited with status 127") || says("Permission denied") && says("exited with status 126") {
            return CommandFailure(
                .unavailable, "the workers can't start \(program.name): \(failure)",
                next:
                    "install this Perigee on them and name its path in PERIGEE_SPARK_PROGRAM, or leave that unset to have it sent"
            )
        }
        // 126 is the shell's for what can't be executed. The program's own words are not always read before the job
        // ends; one that has run before is not a misfit.
        if says("GLIBC", "status 126") || !hasRun && says("Error: ."), says("Subprocess exited with status") {
            return CommandFailure(
                .unavailable, "this program does not run on the workers: \(failure)",
                next: "use workers with this processor and this glibc or a later one, or --engine embedded")
        }
        // What `executor --export` says of a body (`ExportError`).
        if let words = text.firstMatch(
            of: /Error: (\/.*|s3:.*) (was changed since it was landed|gives \d+ of the \d+ rows)/)
        {
            return CommandFailure(
                .dataRefused, "\(words.1) \(words.2)", next: ErrorReport.askAgain)
        }
        if says("No such file or directory", "Permission denied", "there is no such file or folder") {
            return CommandFailure(
                .inputOutput, "Spark's executors can't read the landed bodies: \(failure)", next: Self.sharedLanding)
        }
        return error
    }
}
