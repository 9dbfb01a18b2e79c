import Foundation
import PerigeeTesting
import SparkConnect
import Synchronization
import Testing

/// A session with the private cluster.
func withSpark<Result: Sendable>(
    token: String? = nil, _ body: @Sendable (SparkSession) async throws -> Result
) async throws -> Result {
    let cluster = try #require(SparkCluster.shared)
    var address = try SparkAddress(cluster.url)
    address.token = try token ?? cluster.token()
    return try await SparkSession.with(address, body)
}

/// The error that a body ends with.
func sparkError(_ body: () async throws -> Void) async -> SparkError? {
    do {
        try await body()
    } catch {
        return error as? SparkError
    }
    return nil
}

@Suite(
    "Spark Connect: a session with a real cluster",
    .enabled(if: SparkCluster.shared != nil, Comment(rawValue: SparkCluster.notice)))
struct SessionTests {
    @Test func versionSettingsAndViewsAreTheSessions() async throws {
        try await withSpark { session in
            #expect(try await session.version() == "4.3.0")
            try await session.run("SET perigee.test=one two")
            #expect(try await session.setting("perigee.test") == "one two")
            #expect(try await session.setting("perigee.absent") == nil)
            try await session.run("CREATE TEMPORARY VIEW seven AS SELECT '${perigee.test}' AS words")
            let words = Mutex<[String]>([])
            try await session.texts(of: "SELECT * FROM seven") { text in
                words.withLock { $0.append(String(decoding: text ?? [], as: UTF8.self)) }
            }
            #expect(words.withLock { $0 } == ["one two"])
        }
        let error = await sparkError { try await withSpark { _ = try await $0.run("SELECT * FROM seven") } }
        guard case .failed(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            failure.condition == "TABLE_OR_VIEW_NOT_FOUND" && failure.sqlState == "42P01"
                && failure.message.contains("seven"))
    }

    @Test func metricsThatAreWholeNumbersComeBack() async throws {
        try await withSpark { session in
            let result = try await session.write(
                "SELECT id FROM range(10)",
                metrics: [
                    "count": "count(1)", "sum": "sum(id)", "small": "max(CAST(id AS SMALLINT))",
                    "none": "max(CAST(NULL AS INT))", "mean": "avg(id)", "text": "max(CAST(id AS STRING))",
                ], to: .nowhere)
            #expect(result.metrics == ["count": 10, "sum": 45, "small": 9])
        }
    }

    @Test func executorsWriteFiles() async throws {
        let folder = try TemporaryFolder()
        try await withSpark { session in
            let result = try await session.write(
                "SELECT id, id % 2 AS parity FROM range(0, 100, 1, 4)", metrics: ["rows": "count(1)"],
                to: .files(
                    format: "parquet", path: "file://" + folder("rows"), partitionedBy: ["parity"],
                    options: ["compression": "zstd"]))
            #expect(result.metrics["rows"] == 100)
            let back = try await session.write(
                "SELECT * FROM parquet.`file://\(folder("rows"))`", metrics: ["sum": "sum(id)"],
                to: .nowhere)
            #expect(back.metrics["sum"] == 4950)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("rows")).contains("parity=1"))
    }

    /// The server ends every stream after a second.
    @Test func aStreamCutByTheServerIsTakenUpAgain() async throws {
        try await withSpark { session in
            let steps = Mutex<[SparkProgress]>([])
            let result = try await session.write(
                "SELECT reflect('java.lang.Thread', 'sleep', 500L) IS NULL AS slept FROM range(0, 16, 1, 16)",
                metrics: ["rows": "count(1)"],
                to: .nowhere
            ) { step in steps.withLock { $0.append(step) } }
            #expect(result.metrics["rows"] == 16)
            #expect(result.reattachments > 0)
            let seen = steps.withLock { $0 }
            #expect(!seen.isEmpty && seen.allSatisfy { $0.completedTasks <= $0.tasks && $0.tasks == 16 })
        }
    }

    @Test func errorsHaveConditionStateAndCauses() async throws {
        try await withSpark { session in
            let division = await sparkError {
                try await session.write(
                    "SELECT 1 / (id - 1) AS x FROM range(0, 4, 1, 2)", to: .nowhere)
            }
            guard case .failed(let failure) = division else {
                Issue.record("\(String(describing: division))")
                return
            }
            #expect(
                failure.message.contains("DIVIDE_BY_ZERO") || failure.causes.contains { $0.contains("DIVIDE_BY_ZERO") })
            let syntax = await sparkError { try await session.run("SELEC 1") }
            guard case .failed(let parse) = syntax else {
                Issue.record("\(String(describing: syntax))")
                return
            }
            #expect(parse.condition == "PARSE_SYNTAX_ERROR" && parse.sqlState == "42601")
            let goesOn = try await session.version()
            #expect(goesOn == "4.3.0")
        }
    }

    @Test func aWrongTokenIsRefused() async throws {
        let error = await sparkError { try await withSpark(token: "wrongword") { _ = try await $0.version() } }
        guard case .unauthenticated = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error.map { !"\($0)".contains("wrongword") } == true)
    }

    @Test func aPrivateAuthoritysCertificateIsHeldAgainstTheAuthorityAndTheName() async throws {
        let cluster = try #require(SparkCluster.shared)
        let front = try await TLSFront(toPort: try SparkAddress(cluster.url).port)
        var address = try SparkAddress("sc://localhost:\(front.port)")
        (address.token, address.usesTLS) = (try cluster.token(), true)
        address.certificateAuthority = front.authority
        #expect(try await SparkSession.with(address) { try await $0.version() } == "4.3.0")

        var (stranger, otherName) = (address, address)
        stranger.certificateAuthority = nil
        otherName.host = "127.0.0.1"
        for refused in [stranger, otherName] {
            let error = await sparkError {
                try await SparkSession.with(refused, attempts: 2) { _ = try await $0.version() }
            }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    /// The server knows nothing of the operation, nor of the session: neither has arrived.
    @Test func aServerThatIsAboutToStartIsWaitedFor() async throws {
        let cluster = try #require(SparkCluster.shared)
        let front = try await TLSFront(toPort: try SparkAddress(cluster.url).port, closing: 1)
        var address = try SparkAddress("sc://localhost:\(front.port)")
        (address.token, address.usesTLS) = (try cluster.token(), true)
        address.certificateAuthority = front.authority
        let result = try await SparkSession.with(address) {
            try await $0.write("SELECT id FROM range(3)", metrics: ["rows": "count(1)"], to: .nowhere)
        }
        #expect(result.metrics["rows"] == 3)
        #expect(result.reattachments > 0)
    }

    @Test func whereNobodyAnswersTheRetriesEnd() async throws {
        let error = await sparkError {
            try await SparkSession.with(SparkAddress("sc://127.0.0.1:1"), attempts: 3) {
                _ = try await $0.version()
            }
        }
        guard case .unavailable(let server, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(server == "sc://127.0.0.1:1")
    }

    @Test func cancellingInterruptsTheJobOnTheCluster() async throws {
        let cluster = try #require(SparkCluster.shared)
        let mark = "perigee-cancel-\(UUID().uuidString)"
        let began = Mutex(false)
        let work = Task {
            try await withSpark { session in
                try await session.write(
                    "SELECT reflect('java.lang.Thread', 'sleep', 300L), '\(mark)' AS mark FROM range(0, 1000, 1, 1000)",
                    to: .nowhere
                ) { _ in began.withLock { $0 = true } }
            }
        }
        for _ in 0..<300 where !began.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(50)) }
        #expect(began.withLock { $0 })
        work.cancel()
        guard case .failure(let error) = await work.result else {
            Issue.record("it ended")
            return
        }
        #expect(error as? SparkError == .cancelled)
        var running = 1
        for _ in 0..<100 where running > 0 {
            running = try await cluster.jobs("running", whoseText: mark)
            if running > 0 { try await Task.sleep(for: .milliseconds(100)) }
        }
        #expect(running == 0)
    }
}
