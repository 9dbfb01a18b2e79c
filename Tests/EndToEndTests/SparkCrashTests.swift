import Foundation
import PerigeeTesting
import Testing

/// A cluster of its own whose processes are killed in mid-job. `PERIGEE_TEST_CYCLES` makes the corpus larger: 85 are 464 MB.
@Suite(.serialized, .enabled(if: Shared.isAvailable && SparkCluster.shared != nil, "\(SparkCluster.notice)"))
struct SparkCrashTests {
    static let cycles = ProcessInfo.processInfo.environment["PERIGEE_TEST_CYCLES"].flatMap { Int($0) } ?? 2

    @Test("A worker killed with its executor changes nothing; a Connect server that is killed, and Ctrl-C, publish nothing, and the next run completes")
    func killed() async throws {
        let cluster = try await PrivateCluster()
        let folder = try TemporaryFolder()
        let corpus = try Started(
            executable: "/usr/bin/env", arguments: ["python3", "\(Shared.folder)/neows/make-corpus", "--cycles", "\(Self.cycles)", folder("corpus")],
            folder: folder.path, environment: [:])
        #expect(await corpus.outcome().status == 0)
        let embedded = try Workplace()
        _ = try await embedded.json("run", "--raw", folder("corpus"))
        let expected = try await embedded.contentHash()

        // Ctrl-C first: nothing is published, nothing goes on.
        let place = try Workplace(environment: SparkTests.environment(cluster.spark))
        let stopped = try place.start("run", "--raw", folder("corpus"))
        try await cluster.waitForJob()
        stopped.signal(SIGINT)
        let cancelled = await stopped.outcome()
        #expect(cancelled.status == 75, "\(cancelled.errors)")
        try await cluster.waitForQuiet()
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == 0)

        let begun = try place.start("run", "--raw", folder("corpus"))
        try await cluster.waitForJob()
        kill(try cluster.spark.process("connect"), SIGKILL)
        let lost = await begun.outcome()
        #expect(lost.status == 69 && lost.errors.contains("Spark"), "\(lost.errors)")
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == 0)

        try await cluster.waitForConnect()
        let survivor = try place.start("run", "--raw", folder("corpus"))
        try await cluster.waitForJob()
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
}

/// A cluster that a test may break.
struct PrivateCluster: Sendable {
    let spark: SparkCluster
    private let folder: TemporaryFolder
    init() async throws {
        folder = try TemporaryFolder()
        let variables = try await PrivateServer.service("start", "spark", folder.path)
        func variable(_ name: String) throws -> String {
            guard let value = variables["PERIGEE_TEST_SPARK_\(name)"] else { throw Failure(message: "no \(name) in \(variables.keys)") }
            return value
        }
        spark = SparkCluster(
            url: try variable("URL"), tokenFile: try variable("TOKEN_FILE"), ui: try variable("UI"), masterUI: try variable("MASTER_UI"),
            folder: try variable("FOLDER"))
    }

    func addWorker() async throws { try await PrivateServer.service("add", "spark", folder.path) }

    func stop() async { _ = try? await PrivateServer.service("stop", "spark", folder.path, "--purge") }

    /// Waits until tasks of a job run.
    func waitForJob() async throws { try await wait("a job") { $0 > 0 } }

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
