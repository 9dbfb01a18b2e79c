import CPlatform
import Foundation
import NearEarth
import Pipeline
import S3
import SparkConnect
import SparkJobs
import Support
import Synchronization

extension Session {
    /// Lends the engine that `--engine` names.
    func withEngine<Result: Sendable>(_ body: (any TransformEngine) async throws -> Result) async throws -> Result {
        try settings.check(.engine)
        guard settings[.engine] == SparkEngine.name else { return try await body(EmbeddedTransform()) }
        let cluster = ClusterWait()
        return try await withSparkJob { job in
            try await body(
                SparkEngine(
                    job, logger: logger, announce: { note("Spark UI: \($0)") }, progress: { cluster.show($0) }))
        }
    }

    /// Lends what has the cluster's executors work, once it is known that this program runs on them.
    func withSparkJob<Result: Sendable>(_ body: (SparkJob) async throws -> Result) async throws -> Result {
        // One heap in place of one a thread, each of which would keep the most that it ever held: a fifth less memory
        // for 27,000 windows, in the same time.
        perigee_use_one_heap()
        return try await SparkSession.with(try sparkAddress()) { session in
            let job = SparkJob(session, try await sparkProgram(session))
            try await job.check(version: Version.text)
            return try await body(job)
        }
    }

    /// This program as executors start it, with access to the landing zone where that is in S3.
    func sparkProgram(_ session: SparkSession) async throws -> SparkProgram {
        let installed = settings[.sparkProgram]
        guard installed.isEmpty || installed.hasPrefix("/") else {
            throw CommandFailure(
                .usage, "\(settings.name(.sparkProgram)) is \(installed), which is not a path from the root",
                next: "give its path on the workers")
        }
        return SparkProgram(
            session, installed: installed.isEmpty ? nil : installed,
            s3: try await withS3(ifIn: [settings[.landing]]) { try await $0?.environment() })
    }

    /// Where the cluster is, with its token.
    func sparkAddress() throws -> SparkAddress {
        var address = try SparkAddress(settings[.spark])
        guard address.token == nil else {
            throw CommandFailure(
                .usage, "--spark holds a token, which process lists and logs would show",
                next: "put it into \(Variable.sparkToken) or \(Variable.file(Variable.sparkToken))")
        }
        if let token = try settings.secret(Variable.sparkToken) {
            address.token = token
            // As in the connection string: a token travels encrypted unless its user says otherwise.
            if !address.isLoopback, !settings[.spark].contains("use_ssl=") { address.usesTLS = true }
        }
        let authority = settings[.sparkCa]
        if !authority.isEmpty {
            guard FileManager.default.isReadableFile(atPath: authority) else {
                throw CommandFailure(
                    .usage, "\(settings.name(.sparkCa)) names \(authority), which can't be read",
                    next: "name a PEM file")
            }
            address.certificateAuthority = authority
            address.usesTLS = true
        }
        address.userAgent = address.userAgent ?? Version.userAgent
        address.userID = address.userID ?? "perigee"
        return address
    }
}

/// The cluster's tasks as something that the windows wait for.
private final class ClusterWait: Sendable {
    /// A job's progress comes from tasks that know of no observer.
    private let observer = Waiting.observer
    private let last = Mutex<Wait?>(nil)

    func show(_ progress: SparkProgress) {
        let wait = Wait(
            "Spark: \(progress.completedTasks) of \(progress.tasks.counted("task")), \(progress.runningTasks) running")
        let before = last.withLock { last in
            defer { last = wait }
            return last
        }
        guard before != wait else { return }
        observer?.note(wait, isOver: false)
        if let before { observer?.note(before, isOver: true) }
    }
}
