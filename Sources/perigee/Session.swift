import ArgumentParser
import Foundation
import Landing
import Logging
import NearEarth
import NeoWs
import Pipeline
import S3
import Support
import Transform
import UnixSignals
import Warehouse

/// What the commands share: settings, logger, output, and how errors end the program.
struct Session {
    let settings: Settings
    let logger: Logger
    let json: Bool

    /// Carries a command's work out and turns its errors into a message and an exit code. SIGINT and SIGTERM cancel the
    /// work, which then leaves its ledger in order.
    ///
    /// - Parameter handlesSignals: false for a command that deals with signals itself.
    static func run(
        _ common: CommonOptions, _ options: [Setting: String] = [:], handlesSignals: Bool = true,
        _ body: @escaping @Sendable (Session) async throws -> ExitStatus
    ) async throws {
        let status: ExitStatus
        do {
            let settings = try await Settings(options: options.merging(common.settings) { $1 }, file: common.config)
            let session = Session(settings: settings, logger: try logger(settings), json: common.json)
            status = handlesSignals ? try await interruptible { try await body(session) } : try await body(session)
        } catch let error as any UserError {
            Terminal.error(error, json: common.json)
            status = error.exitStatus
        }
        if status != .success { throw ExitCode(status.rawValue) }
    }

    private static func interruptible(_ body: @escaping @Sendable () async throws -> ExitStatus) async throws
        -> ExitStatus
    {
        try await withThrowingTaskGroup(of: ExitStatus?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
                return nil
            }
            // Whichever comes first: the work's end, or a signal; the other is cancelled, and after a signal the work
            // is waited for, so that it can give its windows up.
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            return (try await group.next() ?? nil) ?? .tryLater
        }
    }

    private static func logger(_ settings: Settings) throws -> Logger {
        let level = try settings.word(.logLevel, Logger.Level.self)
        return Logger(label: "perigee") { label in
            var shown = StreamLogHandler.standardError(label: label)
            shown.logLevel = level
            return MultiplexLogHandler([shown, JournalLogHandler()])
        }
    }

    // MARK: The parts

    /// Opens the store.
    func openStore() async throws -> Store {
        try await StoreURL.open(settings[.store], credentials: try settings.storeCredentials())
    }

    /// The database of a store, its schema as it is. One that has to be there already is not made.
    func database(_ url: String, mustExist: Bool) async throws -> any SQLDatabase {
        if mustExist, let path = StoreURL.path(url), !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(.usage, "there is no store at \(path)", next: "check the path")
        }
        return try await StoreURL.database(url, try settings.storeCredentials())
    }

    /// Opens the store for a command that only looks; one that is not there is not made.
    func openExistingStore() async throws -> Store {
        if let path = StoreURL.path(settings[.store]), !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(
                .usage, "there is no store at \(path)", next: "run `perigee run` first, or name another with --store")
        }
        return try await openStore()
    }

    /// Opens the landing zone.
    func openLanding() async throws -> LandingZone {
        try await LandingZone.open(
            settings[.landing], environment: settings.awsEnvironment(), userAgent: Version.userAgent, logger: logger)
    }

    /// Opens the landing zone for a command that only looks; a folder that is not there is not made.
    func openExistingLanding() async throws -> LandingZone {
        let location = settings[.landing]
        guard BodySource.isInS3(location) || FileManager.default.fileExists(atPath: location) else {
            throw CommandFailure(
                .usage, "there is no landing folder at \(location)",
                next: "name the one that the store was filled from with --landing")
        }
        return try await openLanding()
    }

    /// Lends a client for S3 where one of the paths is there.
    func withS3<Result>(ifIn paths: [String], _ body: (S3Client?) async throws -> Result) async throws -> Result {
        guard paths.contains(where: BodySource.isInS3) else { return try await body(nil) }
        let client = try S3Client(environment: settings.awsEnvironment(), userAgent: Version.userAgent, logger: logger)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Builds the pipeline, lends it, and closes what it held.
    func withPipeline<Result: Sendable>(_ body: (Pipeline, Store, LandingZone) async throws -> Result) async throws
        -> Result
    {
        try await withEngine { engine in try await withPipeline(engine, body) }
    }

    private func withPipeline<Result: Sendable>(
        _ engine: any TransformEngine, _ body: (Pipeline, Store, LandingZone) async throws -> Result
    ) async throws -> Result {
        let configuration = try clientConfiguration()
        let landing = try await openLanding()
        let store: Store
        do {
            store = try await openStore()
        } catch {
            await landing.close()
            throw error
        }
        let client = NeoWsClient(configuration: configuration, logger: logger)
        let pipeline = Pipeline(
            client: client, service: ServiceURL.redacted(configuration.baseURL), landing: landing, store: store,
            concurrency: configuration.concurrency, maxWait: configuration.maxWait, engine: engine, logger: logger)
        do {
            let result = try await body(pipeline, store, landing)
            await client.shutdown()
            await store.close()
            await landing.close()
            return result
        } catch {
            await client.shutdown()
            await store.close()
            await landing.close()
            throw error
        }
    }

    /// How the service is reached.
    func clientConfiguration() throws -> NeoWsClient.Configuration {
        var configuration = NeoWsClient.Configuration()
        configuration.baseURL = try ServiceURL.checked(settings[.apiUrl], settings.name(.apiUrl))
        configuration.key = try settings.apiKey()
        configuration.concurrency = try settings.count(.concurrency)
        configuration.attempts = try settings.count(.attempts)
        configuration.maxWait = try settings.duration(.maxWait)
        configuration.connectTimeout = try settings.duration(.connectTimeout)
        configuration.idleTimeout = try settings.duration(.idleTimeout)
        configuration.requestTimeout = try settings.duration(.requestTimeout)
        configuration.userAgent = Version.userAgent
        return configuration
    }
}
