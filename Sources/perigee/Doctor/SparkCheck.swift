import Foundation
import Pipeline
import SparkConnect
import SparkJobs
import Support
import Transform

/// The cluster, where `--engine spark` asks for it: reached, its version, its workers, and a job in which executors run
/// this program.
enum SparkCheck {
    /// Lines of the job: enough for each executor of a small cluster to get some.
    private static let lines = 12

    static func look(_ session: Session) async throws -> [Finding] {
        guard session.settings[.engine] == SparkEngine.name else { return [] }
        return try await SparkSession.with(try session.sparkAddress()) { spark in
            let version = try await spark.version()
            let ui = try? await SparkJob.userInterface(spark)
            let detail = "\(spark.address) answers: Spark \(version)\(ui.map { ", UI at \($0)" } ?? "")"
            let reached = Finding.warning(
                "spark", detail, if: !version.hasPrefix("4."), next: "Spark 4 is what this is made for")
            let workers = try await SparkWorkersCheck.look(spark, session.settings)
            return [reached] + workers + (try await executors(spark, session))
        }
    }

    /// Executors look for the bucket, or for what is in the landing folder: another folder of the same name has it not.
    /// Of an empty one they look for the folder.
    private static func executors(_ spark: SparkSession, _ session: Session) async throws -> [Finding] {
        let location = session.settings[.landing]
        if BodySource.isInS3(location) { return try await executors(spark, session, location, sees: location) }
        let folder = URL(fileURLWithPath: LandingCheck.existing(above: location)).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let file = names.filter { !$0.hasSuffix(".tmp") }.max().map { "\(folder)/\($0)" }
        return try await executors(spark, session, folder, sees: file ?? folder)
    }

    private static func executors(_ spark: SparkSession, _ session: Session, _ landing: String, sees probe: String)
        async throws -> [Finding]
    {
        let words: [String]
        do {
            words = try await SparkJob(spark, try await session.sparkProgram(spark)).probe(probe, lines: lines)
        } catch let error as CommandFailure {
            return [.failed("executors", error)]
        }
        let versions = Set(words.compactMap { $0.split(separator: " ").dropFirst().first }).sorted()
        let blind = words.count { $0.hasPrefix("misses") }
        guard blind == 0 else {
            return [
                .failed(
                    "executors", .inputOutput, "\(blind) of \(words.count) executors do not see \(landing)",
                    next: "mount the landing folder at the same path on every worker, or land in S3")
            ]
        }
        let executors = "\(words.count) executor\(words.count == 1 ? "" : "s")"
        return [
            .warning(
                "executors",
                "Perigee \(versions.joined(separator: ", ")) ran on \(executors), which see \(landing)",
                if: words.count <= 1, next: "look at the master's page for workers that are not alive")
        ]
    }
}
