import ArgumentParser
import Support
import Warehouse

/// `perigee backup`: a store into a file.
struct Backup: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Back the store up into a file.",
        discussion: """
            The file is a SQLite database with everything, whatever the store is; its SHA-256 is kept beside it. Others may read and write \
            the store meanwhile.

            EXAMPLE
              perigee backup --output perigee-2026-11-22.sqlite
            """)

    @Option(name: .output, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var output: String

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.withDatabase(session.settings[.store], mustExist: true) { database in
            let hash = try await session.withProgress { progress in
                try await StoreBackup.make(database, to: output) { progress.show($0) }
            }
            session.print(
                BackupOutput(store: database.location, file: output, contentHash: hash),
                text: "Backed \(database.location) up to \(output)\nContent hash: \(hash)")
        }
        return .success
    }
}

/// `perigee restore`: a backup into an empty store.
struct Restore: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Restore a backup of any store into an empty store of any kind.",
        discussion: """
            The file's checksum is verified before anything is touched; the content hash is compared before the transaction ends.

            EXAMPLE
              perigee restore perigee-2026-11-22.sqlite --store sqlite:restored.sqlite
            """)

    @Argument(
        help: ArgumentHelp("The file that `perigee backup` wrote.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        try StoreBackup.verify(file)
        try await session.withDatabase(session.settings[.store], mustExist: false) { database in
            let hash = try await session.withProgress { progress in
                try await StoreBackup.restore(file, into: database) { progress.show($0) }
            }
            session.print(
                BackupOutput(store: database.location, file: file, contentHash: hash),
                text: "Restored \(file) into \(database.location)\nContent hash: \(hash)")
        }
        return .success
    }
}

/// `perigee backup --json` and `perigee restore --json`: schema `perigee.backup/1`.
struct BackupOutput: Encodable {
    var schema = "perigee.backup/1"
    var store: String
    var file: String
    var contentHash: String
}
