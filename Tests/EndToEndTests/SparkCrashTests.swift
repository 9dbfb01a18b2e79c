import Foundation
import PerigeeTesting
import Testing

/// A cluster of its own whose processes are killed in mid-job.
@Suite(.serialized, .enabled(if: SparkCluster.shared != nil, "\(SparkCluster.notice)"))
struct SparkCrashTests {
    @Test(
        "A worker killed with its executor changes nothing; after a Connect server that is killed, and after Ctrl-C, the next run completes"
    )
    func killed() async throws {
        let cluster = try await PrivateCluster()
        // A dozen jobs' worth of bodies: what is published begins while most of them are to come.
        let service = try Program.start(["simulate", "--port", "0", "--limit", "5000"], in: NSTemporaryDirectory())
        let folder = try Workplace(service: try await service.firstLine())
        #expect(try await folder.perigee("extract", "--from", "1970-01-01", "--to", "2020-12-31").status == 0)
        let corpus = folder.folder(Workplace.landing)
        let embedded = try Workplace()
        _ = try await embedded.json("run", "--raw", corpus)
        let expected = try await embedded.contentHash()

        // Ctrl-C first: nothing goes on.
        let place = try Workplace(environment: SparkTests.environment(cluster.spark))
        let stopped = try place.start("run", "--raw", corpus)
        try await cluster.waitForJob(of: place)
        stopped.signal(SIGINT)
        let cancelled = await stopped.outcome()
        #expect(cancelled.status == 75, "\(cancelled.errors)")
        try await cluster.waitForQuiet()
        #expect(try await place.contentHash() != expected)

        let begun = try place.start("run", "--raw", corpus)
        try await cluster.waitForJob(of: place)
        kill(try cluster.spark.process("connect"), SIGKILL)
        let lost = await begun.outcome()
        #expect(lost.status == 69 && lost.errors.contains("Spark"), "\(lost.errors)")
        #expect(try await place.contentHash() != expected)

        try await cluster.waitForConnect()
        let survivor = try place.start("run", "--raw", corpus)
        try await cluster.waitForJob(of: place)
        let worker = try cluster.spark.process("worker-1")
        let executors = SparkCluster.children(of: worker)
        #expect(!executors.isEmpty)
        for process in [worker] + executors { kill(process, SIGKILL) }
        let outcome = await survivor.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await place.contentHash() == expected)

        // One more worker joins the running cluster, and the application gets an executor there.
        let alive = try await cluster.spark.executors()
        try await cluster.addWorker()
        try await cluster.waitForExecutors(alive + 1)
        await cluster.stop()
    }

    /// The first task that begins gives all its answers and never ends.
    @Test("A task that Spark tries a second time, because the first try hangs, counts once")
    func speculation() async throws {
        let cluster = try await PrivateCluster(speculates: true)
        let replay = try await Replay()
        let folder = try TemporaryFolder()
        let script = """
            #!/bin/bash
            if [[ $* != *--probe* ]] && mkdir '\(folder("hangs"))' 2>/dev/null; then '\(Program.path)' "$@"; exec sleep 100; fi
            exec '\(Program.path)' "$@"
            """
        try script.write(toFile: folder("perigee"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder("perigee"))
        let environment = SparkTests.environment(cluster.spark).merging(["PERIGEE_SPARK_PROGRAM": folder("perigee")]) {
            $1
        }
        let place = try Workplace(service: replay.baseURL, environment: environment)
        #expect(try await place.perigee("extract", "--from", "2020-01-01", "--to", "2020-12-31").status == 0)
        _ = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(FileManager.default.fileExists(atPath: folder("hangs")))
        #expect(try await place.contentHash() == (try await UndisturbedYear.shared.contentHash))
        await cluster.stop()
    }
}

/// A cluster that a test may break.
struct PrivateCluster: Sendable {
    let spark: SparkCluster
    private let folder: TemporaryFolder

    /// `speculates` has Spark try a task again that takes far longer than others.
    init(speculates: Bool = false) async throws {
        folder = try TemporaryFolder()
        let variables =
            speculates
            ? try await PrivateServer.service(
                "start", "spark", folder.path, "--", "--conf", "spark.speculation=true", "--conf",
                "spark.speculation.interval=100ms", "--conf",
                "spark.speculation.quantile=0.5", "--conf", "spark.speculation.multiplier=2", "--conf",
                "spark.speculation.efficiency.enabled=false")
            : try await PrivateServer.service("start", "spark", folder.path)
        func variable(_ name: String) throws -> String {
            guard let value = variables["PERIGEE_TEST_SPARK_\(name)"] else {
                throw Failure(message: "no \(name) in \(variables.keys)")
            }
            return value
        }
        spark = SparkCluster(
            url: try variable("URL"), tokenFile: try variable("TOKEN_FILE"), ui: try variable("UI"),
            masterUI: try variable("MASTER_UI"),
            folder: try variable("FOLDER"))
    }

    func addWorker() async throws { try await PrivateServer.service("add", "spark", folder.path) }

    func stop() async { _ = try? await PrivateServer.service("stop", "spark", folder.path, "--purge") }

    /// Waits until tasks of a job run that has published some of what it is to publish.
    func waitForJob(of place: Workplace) async throws {
        let before = (try? place.count("SELECT COUNT(*) FROM nasa_neo_data")) ?? 0
        for _ in 0..<1200 {
            if (try? place.count("SELECT COUNT(*) FROM nasa_neo_data")) ?? 0 > before { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(message: "no job was ever published")
    }

    /// Waits until none does.
    func waitForQuiet() async throws { try await wait("quiet") { $0 == 0 } }

    private func wait(_ what: String, _ isThere: (Int) -> Bool) async throws {
        for _ in 0..<600 {
            if let tasks = try? await spark.activeTasks(), isThere(tasks) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(message: "\(what) never came")
    }

    /// Waits until the supervisor has started the Connect server again.
    func waitForConnect() async throws { try await waitForExecutors(2) }

    /// Waits until the application has so many executors.
    func waitForExecutors(_ count: Int) async throws {
        for _ in 0..<900 {
            if (try? await spark.executors()) == count { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(message: "there were never \(count) executors")
    }
}
