import Foundation
import Support
import SystemPackage
import Warehouse

/// The store: reached, its version, its schema, and the rights that a run needs.
enum StoreCheck {
    static func look(_ session: Session) async throws -> [Finding] {
        let url = session.settings[.store]
        if let path = StoreURL.path(url), !FileManager.default.fileExists(atPath: path) { return [notMade(url, path)] }
        return try await session.withDatabase(url, mustExist: true, onlyLooking: true) { database in
            let health = try await StoreHealth.examine(database)
            return [.ok("store", "\(database.location): \(health.version)"), schema(health), rights(health, url)]
                + (try await rules(health, Store(database: database)))
        }
    }

    private static func notMade(_ url: String, _ path: String) -> Finding {
        let folder = LandingCheck.existing(above: FilePath(path).removingLastComponent().string)
        guard LandingCheck.isWritable(folder) else {
            return .failed(
                "store", .inputOutput, "\(url) is not there, and \(folder) is not writable",
                next: "name another with --store")
        }
        return .ok("store", "\(url) is not there yet: the first run makes it")
    }

    private static func schema(_ health: StoreHealth) -> Finding {
        if let newer = health.unknown.first {
            return .warning(
                "schema", "a newer Perigee has been here: this one does not know the step \(newer)",
                next: "update Perigee")
        }
        guard let next = health.pending.first else { return .ok("schema", "up to date, \(health.applied.count) steps") }
        return .warning(
            "schema", "\(health.pending.count) steps to come, the first is \(next)",
            next: "the next run applies them, or `perigee migrate`")
    }

    /// Bodies that an earlier version judged.
    private static func rules(_ health: StoreHealth, _ store: Store) async throws -> [Finding] {
        guard health.pending.isEmpty, health.missingRight == nil else { return [] }
        let count = try await store.bodiesToReplay()
        guard count > 0 else { return [] }
        return [
            .warning(
                "rules", "\(count) bodies were judged under other rules than this version's",
                next: "run `perigee replay`; NASA is not asked")
        ]
    }

    private static func rights(_ health: StoreHealth, _ url: String) -> Finding {
        guard let missing = health.missingRight else { return .ok("rights", "its tables can be read and written") }
        return .failed(
            "rights", missing.exitStatus, "\(missing)",
            next: url.hasPrefix("sqlite:")
                ? "make the file and its folder writable for this user"
                : "grant the store's user SELECT, INSERT, UPDATE and DELETE on Perigee's tables")
    }
}
