import Foundation
import GRDB
import PerigeeTesting
import Testing

/// A kind of store that a test runs on.
struct StoreKind: Sendable, CustomTestStringConvertible {
    /// Its server; nil for SQLite.
    var server: TestServer?

    static let sqlite = StoreKind()
    /// SQLite, and the servers that are at hand.
    static let all = [sqlite] + servers
    /// The servers that are at hand.
    static let servers = TestServer.all.map { StoreKind(server: $0) }

    /// The name of its test case.
    var testDescription: String { server?.name ?? "sqlite" }

    /// What a command finds in its environment, for an empty store of this kind.
    func environment() async throws -> [String: String] {
        guard let server else { return [:] }
        let database = try await server.makeDatabase()
        return database.environment.merging(["PERIGEE_STORE": database.url]) { $1 }
    }

    /// The URL of one more empty store of this kind.
    func another(_ name: String = "other") async throws -> String {
        guard let server else { return "sqlite:data/\(name).sqlite" }
        return try await server.makeDatabase().url
    }
}

extension Workplace {
    /// What is published, in the order of days: SPK-ID, day and distance.
    func published(_ more: String...) async throws -> [String] {
        try await approaches(more).map { row in
            ["id", "observation_date", "miss_distance_km"].map { row[$0]?.text ?? "" }.joined(separator: " ")
        }
    }

    /// SPK-IDs of what is published, in the order of days.
    func ids(_ more: String...) async throws -> [String] {
        try await seen(more).map { try $0["id"] }
    }

    /// What `perigee approaches` shows.
    func seen(_ more: [String] = []) async throws -> [Answer] {
        let outcome = try await Program.run(["approaches", "--json"] + more, in: folder.path, environment: environment)
        guard outcome.status == 0 else {
            throw Failure(
                message: "perigee approaches ended with \(outcome.status): \(outcome.errors)\(outcome.output)")
        }
        return try Answer(try outcome.json()).list("approaches")
    }

    /// Earlier versions of approaches, by the moment they ended: SPK-ID, distance, why.
    func history(store: String = Workplace.store) throws -> [String] {
        try rows(
            "SELECT id, source_record, change_kind FROM nasa_neo_history ORDER BY superseded_at, observation_date, id",
            store: store
        ).map {
            let fields = ($0["source_record"] as String).split(separator: ",")
            return "\($0["id"] as String) \(fields[9]) \($0["change_kind"] as String)"
        }
    }

    /// The content hash of another store.
    func contentHash(of store: String) async throws -> String {
        try await json("status", "--hash", "--store", store)["content_hash"]
    }
}

/// Kilometers of au, as the sky's bodies have them.
func kilometers(_ au: String) -> String { "\((Decimal(string: au) ?? 0) * 149_597_870)" }
