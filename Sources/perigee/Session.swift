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

/// A command that works in a session: `run(_:)` calls what does the work and prints what came of it.
protocol SessionCommand: AsyncParsableCommand, Sendable {
    associatedtype Options: SessionOptions
    var options: Options { get }
    /// The settings that are given on the command line.
    var settings: [Setting: String] { get }
    /// Whether SIGINT and SIGTERM cancel the work; false where the work deals with them itself.
    static var isInterruptible: Bool { get }
    /// Does what the command says. An error that a user can act on becomes a message and an exit code.
    func run(_ session: Session) async throws -> ExitStatus
}

extension SessionCommand {
    var settings: [Setting: String] { options.settings }
    static var isInterruptible: Bool { true }

    /// Carries the work out and turns its errors into a message and an exit code. SIGINT and SIGTERM cancel the work,
    /// which then leaves its ledger in order.
    mutating func run() async throws {
        let (command, common) = (self, options.common)
        let status: ExitStatus
        do {
            let settings = try await Settings(options: command.settings, file: common.config)
            let session = Session(settings: settings, logger: try Session.logger(settings), json: common.json)
            let work = { @Sendable in try await command.run(session) }
            status = try await Self.isInterruptible ? Session.interruptible(work) : work()
        } catch let error as any UserError {
            Terminal.error(error, json: common.json)
            status = error.exitStatus
        }
        if status != .success { throw ExitCode(status.rawValue) }
    }
}

/// What the commands share: settings, logger, output, and how errors end the program.
struct Session {
    let settings: Settings
    let logger: Logger
    let json: Bool

    fileprivate static func interruptible(_ body: @escaping @Sendable () async throws -> ExitStatus) async throws
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

    fileprivate static func logger(_ settings: Settings) throws -> Logger {
        let level: Logger.Level = try settings.word(.logLevel)
        return Logger(label: "perigee") { label in
            var shown = StreamLogHandler.standardError(label: label)
            shown.logLevel = level
            return MultiplexLogHandler([shown, JournalLogHandler()])
        }
    }

    /// Prints what a command found: as a line of JSON, or as text for people.
    func print(_ output: some Encodable, text: @autoclosure () -> String) {
        Terminal.print(json ? JSONText.line(output) : text())
    }

    // MARK: The parts

    /// Lends a store's database, its schema as it is. One that has to be there already is not made.
    func withDatabase<Result>(
        _ url: String, mustExist: Bool, _ body: (any SQLDatabase) async throws -> Result
    ) async throws -> Result {
        if mustExist, let path = StoreURL.path(url), !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(
                .usage, "there is no store at \(path)", next: "check the path, or make the store with `perigee run`")
        }
        let database = try await StoreURL.database(url, try settings.storeCredentials())
        return try await lend(database, close: { await $0.close() }, body)
    }

    /// Lends the store, its schema up to date. One that has to be there already is not made.
    func withStore<Result>(mustExist: Bool = true, _ body: (Store) async throws -> Result) async throws -> Result {
        try await withDatabase(settings[.store], mustExist: mustExist) { database in
            try await database.migrate()
            return try await body(Store(database: database))
        }
    }

    /// Lends the landing zone. A folder that has to be there already is not made.
    func withLanding<Result>(mustExist: Bool = true, _ body: (LandingZone) async throws -> Result) async throws
        -> Result
    {
        let location = settings[.landing]
        guard !mustExist || BodySource.isInS3(location) || FileManager.default.fileExists(atPath: location) else {
            throw CommandFailure(
                .usage, "there is no landing folder at \(location)",
                next: "name the one that the store was filled from with --landing")
        }
        let landing = try await LandingZone.open(
            location, environment: settings.awsEnvironment(), userAgent: Version.userAgent, logger: logger)
        return try await lend(landing, close: { await $0.close() }, body)
    }

    /// Lends a client for S3 where one of the paths is there.
    func withS3<Result>(ifIn paths: [String], _ body: (S3Client?) async throws -> Result) async throws -> Result {
        guard paths.contains(where: BodySource.isInS3) else { return try await body(nil) }
        let client = try S3Client(environment: settings.awsEnvironment(), userAgent: Version.userAgent, logger: logger)
        return try await lend(client, close: { await $0.shutdown() }, body)
    }

    /// Lends a client for NASA's service.
    func withClient<Result>(
        _ configuration: NeoWsClient.Configuration, _ body: (NeoWsClient) async throws -> Result
    ) async throws -> Result {
        let client = NeoWsClient(configuration: configuration, logger: logger)
        return try await lend(client, close: { await $0.shutdown() }, body)
    }

    /// Builds the pipeline and lends it with what it works on.
    func withPipeline<Result: Sendable>(_ body: (Pipeline, Store, LandingZone) async throws -> Result) async throws
        -> Result
    {
        try await withEngine { engine in
            let configuration = try clientConfiguration()
            return try await withLanding(mustExist: false) { landing in
                try await withStore(mustExist: false) { store in
                    try await withClient(configuration) { client in
                        let pipeline = Pipeline(
                            client: client, service: ServiceURL.redacted(configuration.baseURL), landing: landing,
                            store: store, concurrency: configuration.concurrency, maxWait: configuration.maxWait,
                            engine: engine, logger: logger)
                        return try await body(pipeline, store, landing)
                    }
                }
            }
        }
    }

    /// Lends what is open, and closes it, whatever comes of it.
    private func lend<Resource, Result>(
        _ resource: Resource, close: (Resource) async -> Void, _ body: (Resource) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(resource)
            await close(resource)
            return result
        } catch {
            await close(resource)
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
