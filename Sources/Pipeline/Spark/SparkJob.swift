import Foundation
import Landing
import NearEarth
public import SparkConnect
import Support
import Transform

/// One job on the cluster: `SELECT TRANSFORM ... USING 'perigee executor'` over a list of bodies, in a folder that all share. Nothing counts until the
/// job is complete, and a task that Spark repeats writes the same files again.
public struct SparkJob: Sendable {
    /// The landing folder, absolute.
    private let landing: String
    /// This job's own folder in it.
    private let folder: String
    private let tasks: [ExecutorTask]

    /// What this program is called where executors find it.
    private static let program = "perigee"

    init(_ bodies: [TransformInput]) {
        let landing = URL(fileURLWithPath: bodies.first?.landing.location ?? ".").standardizedFileURL.path
        let folder = Self.folder(in: landing)
        self.landing = landing
        self.folder = folder
        tasks = bodies.enumerated().map { index, body in
            ExecutorTask(file: "\(landing)/\(body.landed.file)", sha256: body.landed.sha256, target: "\(folder)/\(index).statement")
        }
    }

    private static func folder(in landing: String) -> String { "\(landing)/spark-\(UUID().uuidString.lowercased()).tmp" }

    /// The statements of the bodies, in their order; nil for a body that can't be read as one.
    func run(_ session: SparkSession, _ log: ClusterLog) async throws -> [Statement?] {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        Self.removeStale(in: landing)
        try prepare()
        try Data(tasks.flatMap(\.line)).write(to: URL(fileURLWithPath: "\(folder)/bodies"))
        await log.began(try await Self.userInterface(session))
        defer { log.ended() }
        try await work(session, parts: min(64, (tasks.count + 7) / 8), arguments: "executor", log.note)
        return try tasks.map { task in
            guard let bytes = FileManager.default.contents(atPath: task.target) else { return nil }
            guard let statement = StatementFile.statement(Array(bytes)) else {
                throw CommandFailure(.internalError, "\(task.target) is not what an executor writes", next: "use the same Perigee everywhere")
            }
            return statement
        }
    }

    /// The executors' own words: `HOST PERIGEE-VERSION` of each that ran one of `parts` tasks, and what it sees of the landing folder.
    public static func probe(_ session: SparkSession, landing: String, parts: Int) async throws -> [String] {
        let landing = URL(fileURLWithPath: landing).standardizedFileURL.path
        let job = SparkJob(landing: landing)
        defer { try? FileManager.default.removeItem(atPath: job.folder) }
        try job.prepare()
        try Data(String(repeating: "\(job.folder)\n", count: parts).utf8).write(to: URL(fileURLWithPath: "\(job.folder)/bodies"))
        try await job.work(session, parts: parts, arguments: "executor --probe") { _ in }
        let names = try FileManager.default.contentsOfDirectory(atPath: job.folder).filter { $0.hasSuffix(".probe") }
        return Set(names.compactMap { FileManager.default.contents(atPath: "\(job.folder)/\($0)").map { String(decoding: $0, as: UTF8.self) } }).sorted()
    }

    /// The address of the application's UI; nil where the cluster does not say.
    public static func userInterface(_ session: SparkSession) async throws(SparkError) -> String? {
        guard let host = try await session.setting("spark.driver.host") else { return nil }
        return "http://\(host):\(try await session.setting("spark.ui.port") ?? "4040")"
    }

    private init(landing: String) {
        self.landing = landing
        folder = Self.folder(in: landing)
        tasks = []
    }

    /// Makes the folder, with this program in it: the workers need nothing installed, and run what we are.
    private func prepare() throws(CommandFailure) {
        guard !landing.contains(where: "{}[]*?\\".contains) else {
            throw CommandFailure(.usage, "\(landing) has a character that Spark takes for a pattern", next: "give --landing another folder")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let here = Bundle.main.executablePath ?? CommandLine.arguments[0]
            let there = "\(folder)/\(Self.program)"
            do {
                try FileManager.default.linkItem(atPath: here, toPath: there)
            } catch {
                try FileManager.default.copyItem(atPath: here, toPath: there)
            }
        } catch {
            throw CommandFailure(
                .inputOutput, "can't write \(folder): \(error.localizedDescription)", next: "check that the landing folder is writable and its disk not full")
        }
    }

    private func work(
        _ session: SparkSession, parts: Int, arguments: String, _ progress: @Sendable @escaping (SparkProgress) -> Void
    ) async throws {
        let program = "'\(folder.replacing("'", with: #"'\''"#))/\(Self.program)' \(arguments)"
        let sql = """
            SELECT TRANSFORM(value) USING \(Self.literal(program)) AS (done STRING)
            FROM (SELECT /*+ REPARTITION(\(parts)) */ value FROM text.`file://\(folder.replacing("`", with: "``"))/bodies`)
            """
        do throws(SparkError) {
            try await session.write(SparkQuery(sql), SparkWrite(.nowhere), progress: progress)
        } catch {
            throw Self.explained(error, landing)
        }
    }

    /// A text in SQL.
    private static func literal(_ text: String) -> String { "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'" }

    /// Spark's error, or that the executors don't see the folder, which many of its errors mean.
    private static func explained(_ error: SparkError, _ landing: String) -> any Error {
        guard case .failed(let failure) = error else { return error }
        let text = ([failure.condition ?? "", failure.message] + failure.causes).joined(separator: "\n")
        let signs = [
            "PATH_NOT_FOUND", "FILE_NOT_EXIST", "FileNotFoundException", "No such file or directory", "Permission denied", "AccessDenied", "can't write",
        ]
        if text.contains("GLIBC") || text.contains("cannot execute binary file") || text.contains("Exec format error") {
            return CommandFailure(
                .unavailable, "this program does not run on the workers: \(failure)", next: "use workers with this processor and glibc, or --engine embedded")
        }
        guard signs.contains(where: text.contains) else { return error }
        return CommandFailure(
            .inputOutput, "Spark's executors can't use the landing folder \(landing): \(failure)",
            next: "mount the landing folder at the same path on every worker and on the Connect server, writable for them")
    }

    /// What a job that was killed left behind, a day ago or more.
    private static func removeStale(in landing: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: landing)) ?? [] where name.hasPrefix("spark-") && name.hasSuffix(".tmp") {
            let changed = (try? FileManager.default.attributesOfItem(atPath: "\(landing)/\(name)"))?[.modificationDate] as? Date
            if let changed, changed.timeIntervalSinceNow < -86_400 { try? FileManager.default.removeItem(atPath: "\(landing)/\(name)") }
        }
    }
}
