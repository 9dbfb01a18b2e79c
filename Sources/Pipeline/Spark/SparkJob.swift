import Foundation
import Landing
import NearEarth
public import SparkConnect
import Support
import Synchronization
import Transform

/// One job on the cluster: `SELECT TRANSFORM ... USING 'perigee executor'` over a list of bodies, which executors read by themselves. Statements
/// come back as its rows: Spark gives those of a task once, however often it was tried.
public struct SparkJob: Sendable {
    private let session: SparkSession
    private let program: SparkProgram

    /// A job of a session's.
    public init(_ session: SparkSession, _ program: SparkProgram) {
        self.session = session
        self.program = program
    }

    /// The statements of the bodies, in their order; nil for a body that can't be read as one.
    func run(_ bodies: [TransformInput], _ log: ClusterLog) async throws -> [Statement?] {
        let tasks = bodies.enumerated().map { index, body in
            ExecutorTask(number: index, sha256: body.landed.sha256, location: Self.location(body.landing.path(of: body.landed)))
        }
        await log.began(try await Self.userInterface(session))
        defer { log.ended() }
        let found = Mutex([Statement??](repeating: .none, count: tasks.count))
        try await work(tasks.map(\.line), parts: min(64, (tasks.count + 7) / 8), arguments: "executor", log.note) { line in
            guard let (number, statement) = ExecutorTask.read(line), tasks.indices.contains(number) else { throw Self.stranger }
            found.withLock { $0[number] = .some(statement) }
        }
        return try found.withLock { $0 }.map { statement in
            guard let statement else { throw Self.stranger }
            return statement
        }
    }

    /// The executors' own words: `sees PERIGEE-VERSION HOST FOLDER` of each that ran one of `parts` tasks, `misses` in place of `sees` from one that
    /// does not reach the landing zone.
    public func probe(_ landing: String, parts: Int) async throws -> [String] {
        let words = Mutex(Set<String>())
        try await work(Array(repeating: Self.location(landing), count: parts), parts: parts, arguments: "executor --probe", { _ in }) { line in
            _ = words.withLock { $0.insert(String(decoding: line, as: UTF8.self)) }
        }
        return words.withLock { $0 }.sorted()
    }

    /// The address of the application's UI; nil where the cluster does not say.
    public static func userInterface(_ session: SparkSession) async throws(SparkError) -> String? {
        guard let host = try await session.setting("spark.driver.host") else { return nil }
        return "http://\(host):\(try await session.setting("spark.ui.port") ?? "4040")"
    }

    private static let stranger = CommandFailure(.internalError, "executors' answers are not Perigee's", next: "use the same Perigee everywhere")

    private static func location(_ path: String) -> String { BodySource.isInS3(path) ? path : URL(fileURLWithPath: path).standardizedFileURL.path }

    private func work(
        _ lines: [String], parts: Int, arguments: String, _ progress: @Sendable @escaping (SparkProgress) -> Void,
        _ answer: @Sendable @escaping (ArraySlice<UInt8>) throws -> Void
    ) async throws {
        let values = lines.map { "(\(Self.literal($0)))" }.joined(separator: ", ")
        let sql = """
            SELECT TRANSFORM(line) USING \(Self.literal(try await program.command(arguments))) AS (answer STRING)
            FROM (SELECT /*+ REPARTITION(\(parts)) */ line FROM VALUES \(values) AS bodies(line))
            """
        do throws(SparkError) {
            try await session.texts(of: SparkQuery(sql), progress: progress) { line in
                guard let line else { throw Self.stranger }
                try answer(line)
            }
        } catch {
            throw Self.explained(error)
        }
    }

    /// A text in SQL.
    private static func literal(_ text: String) -> String { "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'" }

    /// Spark's error, or what it means for the program on the workers.
    private static func explained(_ error: SparkError) -> any Error {
        guard case .failed(let failure) = error else { return error }
        let text = ([failure.condition ?? "", failure.message] + failure.causes).joined(separator: "\n")
        if text.contains("GLIBC") || text.contains("cannot execute binary file") || text.contains("Exec format error") {
            return CommandFailure(
                .unavailable, "this program does not run on the workers: \(failure)", next: "use workers with this processor and glibc, or --engine embedded")
        }
        if text.contains("No such file or directory") || text.contains("Permission denied") || text.contains("there is no such file or folder") {
            return CommandFailure(
                .inputOutput, "Spark's executors can't read the landed bodies, or do not have the program: \(failure)",
                next: "mount the landing folder at the same path on every worker, or land in S3; check PERIGEE_SPARK_PROGRAM where it is set")
        }
        return error
    }
}
