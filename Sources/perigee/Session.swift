import ArgumentParser
import Foundation
import Landing
import Logging
import NearEarth
import NeoWs
import Pipeline
import S3
import Support
import SystemPackage
import Transform
import Warehouse

/// A command that works in a session: `run(_:)` calls what does the work and prints what came of it.
protocol SessionCommand: AsyncParsableCommand, Sendable {
    associatedtype Options: SessionOptions
    var options: Options { get }
    /// The settings that are given on the command line.
    var settings: [Setting: String] { get }
    /// The signals that cancel the work.
    static var signals: [Int32] { get }
    /// Whether it only looks: nothing is to be left in order, and a signal ends it at once, whatever it waits for.
    static var onlyLooks: Bool { get }
    /// Does what the command says. An error that a user can act on becomes a message and an exit code.
    func run(_ session: Session) async throws -> ExitStatus
}

extension SessionCommand {
    var settings: [Setting: String] { options.settings }
    static var signals: [Int32] { [SIGINT, SIGTERM] }
    static var onlyLooks: Bool { false }

    /// Carries the work out and turns its errors into a message and an exit code. SIGINT and SIGTERM cancel the work,
    /// which then leaves its ledger in order.
    mutating func run() async throws {
        let (command, common) = (self, options.common)
        let status: ExitStatus
        do {
            let settings = try await Settings(options: command.settings, file: common.config)
            let session = try Session(settings, common)
            let work = { @Sendable in try await command.run(session) }
            status = try await Interruption.heeded(Self.signals, atOnce: Self.onlyLooks, by: work)
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
    /// Whether nothing is told but what was asked for and what went wrong.
    let isQuiet: Bool
    /// How standard output shows text.
    let screen: Screen
    private let progressStyle: Progress.Style

    fileprivate init(_ settings: Settings, _ common: CommonOptions) throws {
        let color: Screen.ColorChoice = try settings.word(.color)
        Terminal.use(color, isQuiet: common.quiet)
        let level: Logger.Level = try settings.word(.logLevel)
        self.settings = settings
        (json, isQuiet) = (common.json, common.quiet)
        screen = Screen(.standardOutput, color: color, wide: common.wide)
        logger = Logger(label: "perigee") { label in
            var shown = StreamLogHandler.standardError(label: label)
            shown.logLevel = level
            return MultiplexLogHandler([shown, JournalLogHandler()])
        }
        // Lines of a log between would tear a line that is drawn over.
        let isDumb = ProcessInfo.processInfo.environment["TERM"] == "dumb"
        let isLine = Terminal.errorIsTerminal && !isDumb && level >= .warning
        progressStyle = common.quiet ? .none : isLine ? .line : .lines
    }

    /// Prints what a command found: as a line of JSON, or as text for people.
    func print(_ output: some Encodable, text: @autoclosure () -> String) {
        Terminal.print(json ? JSONText.line(output) : text())
    }

    /// Tells a person on standard error, unless they want to hear nothing.
    func note(_ text: String) {
        if !isQuiet { Terminal.note(text) }
    }

    /// Shows how far the work is while it goes on, and what it waits for.
    func withProgress<Result: Sendable>(_ body: (Progress) async throws -> Result) async throws -> Result {
        let progress = Progress(progressStyle)
        let drawing = Task { await progress.run() }
        defer {
            drawing.cancel()
            progress.end()
        }
        return try await Waiting.$observer.withValue(progress) { try await body(progress) }
    }

    // MARK: The parts

    /// Lends a store's database, its schema as it is. One that has to be there already is not made.
    func withDatabase<Result>(
        _ url: String, mustExist: Bool, onlyLooking: Bool = false, _ body: (any SQLDatabase) async throws -> Result
    ) async throws -> Result {
        if mustExist, let path = StoreURL.path(url), !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(
                .usage, "there is no store at \(path)",
                next:
                    "the folder is \(FileManager.default.currentDirectoryPath): go to another, name the store with --store, or make it with `perigee run`"
            )
        }
        if url == settings[.store] { try settings.requireTrustedStore() }
        let database = try await StoreURL.database(
            url, try settings.storeCredentials(), onlyLooking: onlyLooking)
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
        if location.hasPrefix("s3:"), !BodySource.isInS3(location) {
            throw CommandFailure(
                .usage, "\(settings.name(.landing)) \(location) is no s3:// URL",
                next: "give s3://BUCKET/PREFIX, or a folder")
        }
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

    /// Builds the pipeline and lends it with what it works on; how far it is shows meanwhile.
    func withPipeline<Result: Sendable>(_ body: (Pipeline, Store, LandingZone) async throws -> Result) async throws
        -> Result
    {
        try await withProgress { _ in
            try await withEngine { engine in
                let configuration = try clientConfiguration()
                return try await withLanding(mustExist: false) { landing in
                    try await withStore(mustExist: false) { store in
                        try await withClient(configuration) { client in
                            let pipeline = Pipeline(
                                client: client, service: NeoWsClient.redacted(configuration.baseURL), landing: landing,
                                store: store, concurrency: configuration.concurrency, maxWait: configuration.maxWait,
                                engine: engine, logger: logger)
                            return try await body(pipeline, store, landing)
                        }
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
        try settings.requireTrustedService()
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
