import Foundation
import Pipeline
import SparkConnect
import SparkJobs
import Support
import Transform
import Warehouse

/// The cluster, where `--engine spark` asks for it: reached, its version, its workers, and a job in which executors run
/// this program.
struct SparkCheck: DoctorCheck {
    let subject = "spark"

    /// Lines of the job: enough for each executor of a small cluster to get some.
    private static let lines = 12

    func look(_ session: Session) async throws -> [Finding] {
        guard session.settings[.engine] == SparkEngine.name else { return [] }
        return try await session.withSpark { try await Self.look($0, session) }
    }

    private static func look(_ spark: SparkSession, _ session: Session) async throws -> [Finding] {
        let version = try await spark.version()
        let ui = try? await SparkJob.userInterface(spark)
        let reached = Finding.ok(
            "spark", "\(spark.address) answers: Spark \(version)\(ui.map { ", UI at \($0)" } ?? "")")
        return [
            version.hasPrefix("4.")
                ? reached : .warning("spark", reached.detail, next: "Spark 4 is what this is made for")
        ]
            + (try await SparkWorkersCheck.look(spark, session.settings)) + (try await executors(spark, session))
    }

    /// Executors look for the bucket, or for a file that is in the landing folder meanwhile.
    private static func executors(_ spark: SparkSession, _ session: Session) async throws -> [Finding] {
        let location = session.settings[.landing]
        if BodySource.isInS3(location) { return try await executors(spark, session, location, sees: location) }
        let folder = URL(fileURLWithPath: LandingCheck.existing(above: location)).path
        return try await LandingCheck.withProbe(folder) {
            try await executors(spark, session, folder, sees: $0 ?? folder)
        }
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
        let versions = Set(words.compactMap { $0.split(separator: " ").dropFirst().first }).sorted().joined(
            separator: ", ")
        let blind = words.count { $0.hasPrefix("misses") }
        guard blind == 0 else {
            return [
                .failed(
                    "executors", .inputOutput, "\(blind) of \(words.count) executors do not see \(landing)",
                    next: "mount the landing folder at the same path on every worker, or land in S3")
            ]
        }
        let detail =
            "Perigee \(versions) ran on \(words.count) executor\(words.count == 1 ? "" : "s"), which see \(landing)"
        return [
            words.count > 1
                ? .ok("executors", detail)
                : .warning("executors", detail, next: "look at the master's page for workers that are not alive")
        ]
    }
}
