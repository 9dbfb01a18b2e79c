import Foundation
import Pipeline
import SparkConnect
import Transform
import Warehouse

/// The cluster, where `--engine spark` asks for it: reached, its version, its workers, a job that really runs on more than one executor, the JDBC driver of
/// the store, and the landing folder seen by executors.
struct SparkCheck: DoctorCheck {
    let subject = "spark"

    func look(_ session: Session) async throws -> [Finding] {
        guard session.settings[.engine] == SparkEngine.name else { return [] }
        do {
            return try await session.withSpark { try await Self.look($0, session) }
        } catch let error as SparkError {
            let failure = SparkEngineError.spark(error)
            return [.failed(subject, ExitStatus(failure), "\(failure)", next: failure.nextStep)]
        }
    }

    private static func look(_ spark: SparkSession, _ session: Session) async throws -> [Finding] {
        let version = try await spark.version()
        let ui = try? await SparkJob.userInterface(spark)
        let reached = Finding.ok("spark", "\(spark.address) answers: Spark \(version)\(ui.map { ", UI at \($0)" } ?? "")")
        return [version.hasPrefix("4.") ? reached : .warning("spark", reached.detail, next: "Spark 4 is what this is made for")]
            + (try await SparkWorkersCheck.look(spark, session.settings))
            + [try await executors(spark), await driver(spark, session), await landing(spark, session)]
    }

    /// Tasks that each tell the machine and the process they run in, and take long enough for every executor to get some.
    private static func executors(_ spark: SparkSession) async throws -> Finding {
        let result = try await spark.write(
            SparkQuery(
                """
                SELECT concat(reflect('java.net.InetAddress', 'getLocalHost'), ' ', reflect('java.lang.ProcessHandle', 'current')) AS place,
                reflect('java.lang.Thread', 'sleep', 200L) AS slept FROM range(0, 24, 1, 24)
                """, metrics: ["places": "array_join(array_sort(collect_set(place)), ', ')", "tasks": "count(slept)"]), SparkWrite(.nowhere))
        let places = (result.metrics["metrics"]?["places"]?.string ?? "").split(separator: ",").count
        let cores = try await spark.setting("spark.executor.cores") ?? "?"
        let detail = "a job of 24 tasks ran on \(places) executor\(places == 1 ? "" : "s"), \(cores) cores each"
        return places > 1 ? .ok("executors", detail) : .warning("executors", detail, next: "look at the master's page for workers that are not alive")
    }

    private static func driver(_ spark: SparkSession, _ session: Session) async -> Finding {
        do {
            guard let table = try session.externalTable() else {
                return .ok("jdbc", "not needed: rows go into SQLite through this machine, which reads what executors write")
            }
            try await spark.set(SparkSession.hidesPasswords)
            try await spark.write(SparkQuery("SELECT '' AS batch FROM range(0)"), table.write)
            return .ok("jdbc", "\(table.driver) reaches \(table.name)")
        } catch {
            let status = (error as? SparkError).map { ExitStatus($0) } ?? .unavailable
            return .failed(
                "jdbc", status, "the store can't be reached from Spark: \(error)",
                next:
                    "put MariaDB's and PostgreSQL's JDBC drivers into spark.jars (Debian: libmariadb-java, libpostgresql-jdbc-java), and run `perigee migrate`")
        }
    }

    /// A file of ours that an executor reads and writes back.
    private static func landing(_ spark: SparkSession, _ session: Session) async -> Finding {
        let existing = LandingCheck.existing(above: URL(fileURLWithPath: session.settings[.landing]).path)
        do {
            try await SparkJob.probe(spark, folder: existing)
            return .ok("shared", "executors read and write \(existing)")
        } catch {
            return .failed("shared", ExitStatus(error), "\(error)", next: error.nextStep)
        }
    }
}
