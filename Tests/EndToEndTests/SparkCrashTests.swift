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
        // Some jobs' worth of bodies, by a program that waits at a gate with those of all jobs but the first.
        let service = try Program.start(["simulate", "--port", "0", "--limit", "5000"], in: NSTemporaryDirectory())
        let folder = try Workplace(service: try await service.firstLine())
        #expect(try await folder.perigee("extract", "--from", "1990-01-01", "--to", "2020-12-31").status == 0)
        let corpus = folder.folder(Workplace.landing)
        let embedded = try Workplace()
        _ = try await embedded.json("run", "--raw", corpus)
        let expected = try await embedded.contentHash()
        let gate = try Gate()
        let place = try Workplace(
            environment: SparkTests.environment(cluster.spark).merging(["PERIGEE_SPARK_PROGRAM": gate.program]) { $1 })

        // Ctrl-C first: nothing goes on.
        let stopped = try await cluster.startRun(of: place, corpus, gate)
        stopped.signal(SIGINT)
        let cancelled = await stopped.outcome()
        #expect(cancelled.status == 130, "\(cancelled.errors)")
        try gate.open()
        try await cluster.waitForQuiet()
        #expect(try await place.contentHash() != expected)

        let begun = try await cluster.startRun(of: place, corpus, gate)
        kill(try cluster.spark.process("connect"), SIGKILL)
        let lost = await begun.outcome()
        #expect(lost.status == 69 && lost.errors.contains("Spark"), "\(lost.errors)")
        try gate.open()
        #expect(try await place.contentHash() != expected)

        try await cluster.waitForConnect()
        let survivor = try await cluster.startRun(of: place, corpus, gate)
        let worker = try cluster.spark.process("worker-1")
        let executors = SparkCluster.children(of: worker)
        #expect(!executors.isEmpty)
        for process in [worker] + executors { kill(process, SIGKILL) }
        try gate.open()
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

    /// Begins a run behind a closed gate, and waits until it has published what came through.
    func startRun(of place: Workplace, _ corpus: String, _ gate: Gate) async throws -> Started {
        try gate.close()
        func rows() -> Int { (try? place.count("SELECT COUNT(*) FROM nasa_neo_data")) ?? 0 }
        let before = rows()
        let started = try place.start("run", "--raw", corpus)
        for _ in 0..<1200 {
            if rows() > before { return started }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(message: "no job was ever published: \(started.errors)")
    }

    /// Waits until no task runs.
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

/// A program for executors that runs Perigee's own: two tasks at once, a job's, and those that come later once the gate
/// is opened.
struct Gate: Sendable {
    private let folder: TemporaryFolder
    let program: String

    init() throws {
        folder = try TemporaryFolder()
        program = folder("perigee")
        let script = """
            #!/bin/bash
            if [[ $* != *--probe* ]] && ! mkdir '\(folder("1"))' 2>/dev/null && ! mkdir '\(folder("2"))' 2>/dev/null; then
                until [[ -e '\(folder("open"))' ]]; do sleep 0.1; done
            fi
            exec '\(Program.path)' "$@"
            """
        try script.write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    }

    func open() throws { try Data().write(to: URL(fileURLWithPath: folder("open"))) }

    func close() throws {
        for name in ["open", "1", "2"] { try? FileManager.default.removeItem(atPath: folder(name)) }
    }
}
