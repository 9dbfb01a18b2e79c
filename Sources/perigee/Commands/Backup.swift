import ArgumentParser
import Pipeline
import Support
import Warehouse

/// `perigee backup`: a store into a file.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Back the store up into a file.",
        discussion: """
            The file is a SQLite database with everything, whatever the store is; its SHA-256 is kept beside it. Others may read and write
            the store meanwhile.

            EXAMPLE
              perigee backup --output perigee-2026-11-22.sqlite
            """)

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let output = output
        try await Session.run(common, storage.settings) { session in
            let database = try await session.database(session.settings[.store], mustExist: true)
            let hash = try await StoreBackup.make(database, to: output)
            let location = database.location
            await database.close()
            if session.json {
                Terminal.print(JSONText.line(BackupOutput(store: location, file: output, contentHash: hash)))
            } else {
                Terminal.print("Backed \(location) up to \(output)\nContent hash: \(hash)")
            }
            return .success
        }
    }
}

/// `perigee restore`: a backup into an empty store.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Restore a backup of any store into an empty store of any kind.",
        discussion: """
            The file's checksum is verified before anything is touched; the content hash is compared before the transaction ends.

            EXAMPLE
              perigee restore perigee-2026-11-22.sqlite --store mysql://perigee@db.example.org/neo
            """)

    @Argument(help: ArgumentHelp("The file that `perigee backup` wrote.", valueName: "file"))
    var file: String

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let file = file
        try await Session.run(common, storage.settings) { session in
            try StoreBackup.verify(file)
            let database = try await session.database(session.settings[.store], mustExist: false)
            let hash = try await StoreBackup.restore(file, into: database)
            let location = database.location
            await database.close()
            if session.json {
                Terminal.print(JSONText.line(BackupOutput(store: location, file: file, contentHash: hash)))
            } else {
                Terminal.print("Restored \(file) into \(location)\nContent hash: \(hash)")
            }
            return .success
        }
    }
}

/// `perigee backup --json` and `perigee restore --json`: schema `perigee.backup/1`.
struct BackupOutput: Encodable {
    var schema = "perigee.backup/1"
    var store: String
    var file: String
    var contentHash: String

    enum CodingKeys: String, CodingKey {
        case schema, store, file
        case contentHash = "content_hash"
    }
}
