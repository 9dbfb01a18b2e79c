import Foundation
import GRDB

/// A private folder with `perigee` run in it, so that the default store and the default landing zone lie inside.
public final class Workplace: Sendable {
    /// The folder.
    public let folder: TemporaryFolder
    /// What every command finds in its environment.
    public let environment: [String: String]

    /// Where the default store is.
    public static let store = "data/perigee.sqlite"
    /// Where the default landing zone is.
    public static let landing = "data/landing"

    /// A new folder; `service` is what commands ask where they name no other.
    public init(service: String? = nil, environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        self.environment = environment.merging(service.map { ["PERIGEE_API_URL": $0] } ?? [:]) { $1 }
    }

    /// Runs `perigee` here.
    @discardableResult
    public func perigee(_ arguments: String..., service: String? = nil, environment more: [String: String] = [:])
        async throws -> Program.Outcome
    {
        try await Program.run(arguments, in: folder.path, environment: variables(service, more))
    }

    /// Starts `perigee` here.
    public func start(_ arguments: String..., service: String? = nil, environment more: [String: String] = [:]) throws
        -> Started
    {
        try Program.start(arguments, in: folder.path, environment: variables(service, more))
    }

    /// Runs `perigee` with `--json`, which must end with `status`, and returns what it printed.
    public func json(
        _ arguments: String..., status: Int32 = 0, service: String? = nil, environment more: [String: String] = [:]
    ) async throws -> Answer {
        let outcome = try await Program.run(
            arguments + ["--json"], in: folder.path, environment: variables(service, more))
        guard outcome.status == status else {
            throw Failure(
                message:
                    "perigee \(arguments.joined(separator: " ")) ended with \(outcome.status): \(outcome.errors)\(outcome.output)"
            )
        }
        return Answer(try outcome.json())
    }

    private func variables(_ service: String?, _ more: [String: String]) -> [String: String] {
        environment.merging(service.map { ["PERIGEE_API_URL": $0] } ?? [:]) { $1 }.merging(more) { $1 }
    }

    // MARK: What is left behind

    /// What `perigee status` calls the content hash.
    public func contentHash() async throws -> String {
        try await json("status", "--hash")["content_hash"]
    }

    /// What `perigee approaches` lists, each number as its digits.
    public func approaches(_ options: [String] = []) async throws -> [StrictJSON.Value] {
        let outcome = try await Program.run(
            ["approaches", "--ndjson"] + options, in: folder.path, environment: environment)
        guard outcome.status == 0 else { throw Failure(message: outcome.errors) }
        return try outcome.output.utf8.split(separator: 0x0A).map { try StrictJSON.read(Array($0)).value }
    }

    /// Rows of a query, read without Perigee.
    public func rows(_ sql: String, store: String = Workplace.store) throws -> [Row] {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: folder(store), configuration: configuration).read {
            try Row.fetchAll($0, sql: sql)
        }
    }

    /// The single number that a query gives.
    public func count(_ sql: String, store: String = Workplace.store) throws -> Int {
        try rows(sql, store: store).first?[0] ?? -1
    }

    /// The published records, sorted: the lines of the processed CSV.
    public func records(store: String = Workplace.store) throws -> [String] {
        try rows("SELECT source_record FROM nasa_neo_data", store: store).map { $0[0] }.sorted()
    }

    /// Names of the files in the landing zone that begin so.
    public func landed(_ prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder(Self.landing)).filter { $0.hasPrefix(prefix) }
            .sorted()
    }

    /// A file's bytes.
    public func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder(name)))
    }

    /// What a run that ended with 0 must not leave behind, whatever happened before it; of temporary files only its
    /// own.
    public func leftovers(afterKill: Bool = false) throws -> [String] {
        [
            try rows("PRAGMA integrity_check").map { $0[0] as String }.filter { $0 != "ok" },
            try rows("SELECT batch FROM perigee_batches WHERE lease_run IS NOT NULL").map {
                "leased: \($0[0] as String)"
            },
            try afterKill ? [] : folder.files().filter { $0.hasSuffix(".tmp") },
        ].flatMap(\.self)
    }
}

/// What a command printed with `--json`, by paths such as `windows.published`.
public struct Answer {
    /// The object.
    public let object: [String: Any]

    /// An answer.
    public init(_ object: [String: Any]) { self.object = object }

    /// The value at a path.
    public subscript<Value>(_ path: String) -> Value {
        get throws {
            var value: Any? = object
            for part in path.split(separator: ".") { value = (value as? [String: Any])?[String(part)] }
            guard let found = value as? Value else {
                throw Failure(message: "no \(Value.self) at \(path) in \(object)")
            }
            return found
        }
    }

    /// Whether there is something at a key.
    public func has(_ key: String) -> Bool { object[key] != nil }

    /// The objects of an array.
    public func list(_ key: String) throws -> [Answer] {
        let elements: [[String: Any]] = try self[key]
        return elements.map(Answer.init)
    }
}
