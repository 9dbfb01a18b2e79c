import Crypto
import Foundation
import NearEarth

/// Backups: of any store, a SQLite database with everything, and beside it as `path.sha256` its SHA-256, in the form
/// that `sha256sum -c` reads.
public enum StoreBackup {
    /// Backs a store up to `path`, which appears when it is complete; of what is there, only an earlier backup is
    /// replaced. Returns the content hash.
    public static func make(
        _ database: any SQLDatabase, to path: String, progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> String {
        let files = FileManager.default
        guard !files.fileExists(atPath: path) || files.fileExists(atPath: path + ".sha256") else {
            throw StoreError.file(
                path: path, cause: "it is there already, and is not a backup with its checksum beside it")
        }
        let temporary = "\(path).\(UInt32.random(in: 0 ... .max)).tmp"
        do {
            let hash: String
            if let sqlite = database as? SQLiteDatabase {
                hash = try await sqlite.backUp(to: temporary, progress: progress)
            } else {
                let copy = try await SQLiteDatabase.open(path: temporary)
                hash = try await StoreCopy.copy(from: database, to: copy, progress: progress).contentHash
                await copy.close()
            }
            let line = "\(try checksum(temporary))  \((path as NSString).lastPathComponent)\n"
            try Data(line.utf8).write(to: URL(fileURLWithPath: path + ".sha256"), options: .atomic)
            // rename(2) takes the name in one step; FileManager's move refuses a name that is taken.
            guard rename(temporary, path) == 0 else {
                throw StoreError.file(path: path, cause: "it can't be given its name")
            }
            return hash
        } catch {
            remove(temporary)
            throw error
        }
    }

    /// Restores a backup into an empty store of any kind. Returns the content hash.
    public static func restore(
        _ path: String, into database: any SQLDatabase, progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> String {
        try verify(path)
        // From a copy: to open a database is to write to it, and an old one gets the schema of today.
        let copied = NSTemporaryDirectory() + "perigee-restore-\(UUID().uuidString).sqlite"
        defer { remove(copied) }
        do {
            try FileManager.default.copyItem(atPath: path, toPath: copied)
        } catch {
            throw StoreError.file(path: path, cause: "it can't be copied to \(copied): \(error.localizedDescription)")
        }
        guard let source = try? await SQLiteDatabase.open(path: copied) else {
            throw StoreError.damaged(path: path, cause: "it is not a SQLite database")
        }
        let applied = try await source.migrations().applied
        guard !applied.isEmpty, applied.allSatisfy(Migrations.steps.contains) else {
            throw StoreError.damaged(path: path, cause: "it is not a backup of Perigee's, or it is a later version's")
        }
        let hash = try await StoreCopy.copy(from: source, to: database, progress: progress).contentHash
        await source.close()
        return hash
    }

    /// Checks a backup against its checksum, without touching any store.
    public static func verify(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.file(path: path, cause: "there is no such file")
        }
        guard let text = try? String(contentsOfFile: path + ".sha256", encoding: .utf8) else {
            throw StoreError.damaged(path: path, cause: "its checksum \(path).sha256 is not there")
        }
        guard text.hasPrefix(try checksum(path)) else {
            throw StoreError.damaged(path: path, cause: "its SHA-256 is not the one in \(path).sha256")
        }
    }

    /// Removes a database and what SQLite may have left beside it.
    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    private static func checksum(_ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError.file(path: path, cause: "it can't be read")
        }
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return Hexadecimal.text(hash.finalize())
    }
}
