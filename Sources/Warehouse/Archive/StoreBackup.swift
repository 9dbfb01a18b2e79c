import Crypto
import Foundation
import NearEarth

/// Backups: SQLite's by its own online backup, a server's as an archive.
public enum StoreBackup {
    /// What a copy holds.
    public struct Summary: Sendable {
        /// SHA-256 over the records, as `Store.contentHash` has it.
        public var contentHash: String
        /// Rows by table.
        public var rows: [String: Int]
    }

    /// Backs a store up to `path`, which appears when it is complete. A SQLite backup is a database of its own; its SHA-256 is kept
    /// beside it as `path.sha256`, in the form that `sha256sum -c` reads.
    public static func make(_ database: any SQLDatabase, to path: String) async throws -> String {
        let temporary = "\(path).\(UInt32.random(in: 0 ... .max)).tmp"
        do {
            let hash: String
            if let sqlite = database as? SQLiteDatabase {
                hash = try await sqlite.backUp(to: temporary)
                let line = "\(try checksum(temporary))  \((path as NSString).lastPathComponent)\n"
                try Data(line.utf8).write(to: URL(fileURLWithPath: path + ".sha256"), options: .atomic)
            } else {
                hash = try await Archive.write(database, to: temporary).contentHash
            }
            // rename(2) takes the name in one step; FileManager's move refuses a name that is taken.
            guard rename(temporary, path) == 0 else { throw StoreError.file(path: path, cause: "it can't be given its name") }
            return hash
        } catch {
            for suffix in ["", "-journal"] { try? FileManager.default.removeItem(atPath: temporary + suffix) }
            throw error
        }
    }

    /// Checks a backup of either kind against its checksum, without touching any store.
    public static func verify(_ path: String) throws {
        if isSQLite(path) { try verifySQLite(path) } else { try ArchiveReader.verify(path) }
    }

    /// Restores a backup of either kind into an empty store of any kind. Returns the content hash.
    public static func restore(_ path: String, into database: any SQLDatabase) async throws -> String {
        guard isSQLite(path) else { return try await Archive.restore(path, into: database).contentHash }
        try verifySQLite(path)
        // From a copy: to open a database is to write to it, and an old one gets the schema of today.
        let copied = NSTemporaryDirectory() + "perigee-restore-\(UUID().uuidString).sqlite"
        defer { for suffix in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: copied + suffix) } }
        do {
            try FileManager.default.copyItem(atPath: path, toPath: copied)
        } catch {
            throw StoreError.file(path: path, cause: "it can't be copied to \(copied): \(error.localizedDescription)")
        }
        let source = try await SQLiteDatabase.open(path: copied)
        let hash = try await copy(from: source, to: database).contentHash
        await source.close()
        return hash
    }

    /// Copies a store into an empty one: everything, history included, by way of an archive in the temporary folder.
    public static func copy(from source: any SQLDatabase, to target: any SQLDatabase) async throws -> Summary {
        let path = NSTemporaryDirectory() + "perigee-copy-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let written = try await Archive.write(source, to: path)
        let restored = try await Archive.restore(path, into: target)
        guard restored.rows == written.rows else { throw StoreError.mismatch(store: target.location, cause: "it took another number of rows") }
        return restored
    }

    private static func isSQLite(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        // https://www.sqlite.org/fileformat.html, 1.3: the header string.
        return (try? file.read(upToCount: 16)) == Data("SQLite format 3\0".utf8)
    }

    private static func verifySQLite(_ path: String) throws {
        guard let text = try? String(contentsOfFile: path + ".sha256", encoding: .utf8) else {
            throw StoreError.damaged(path: path, cause: "its checksum \(path).sha256 is not there")
        }
        guard text.hasPrefix(try checksum(path)) else { throw StoreError.damaged(path: path, cause: "its SHA-256 is not the one in \(path).sha256") }
    }

    private static func checksum(_ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw StoreError.file(path: path, cause: "it can't be read") }
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return Hexadecimal.text(hash.finalize())
    }
}
