import Foundation
import GRDB
import NearEarth

/// A SQLite file that is only looked at: not a byte of it changes, and no file is made beside it. Opening a store to
/// work with it writes to it.
struct SQLiteLook: SQLDatabase {
    let location: String
    private let path: String
    private let queue: DatabaseQueue

    /// Opens the file at `path`, which has to be there.
    init(path: String) throws(StoreError) {
        (location, self.path) = ("sqlite:\(path)", path)
        var configuration = Configuration()
        configuration.readonly = true
        do {
            queue = try DatabaseQueue(path: Self.address(path), configuration: configuration)
        } catch {
            throw .unavailable(store: "sqlite:\(path)", cause: SQLiteDatabase.explain(error))
        }
    }

    /// Nobody has a file open that has no write-ahead log beside it: it is read as it lies there. Without being told so,
    /// SQLite would make a log to read it.
    private static func address(_ path: String) -> String {
        guard !FileManager.default.fileExists(atPath: path + "-wal") else { return path }
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return "file:\(escaped)?immutable=1"
    }

    func transaction<Result: Sendable>(_ mode: TransactionMode, _ body: @escaping SQLWork<Result>)
        async throws(StoreError) -> Result
    {
        guard mode == .read else { throw .failed(store: location, cause: "it is only looked at") }
        do {
            return try await queue.read { try body(SQLiteSession($0)) }
        } catch {
            throw (error as? StoreError) ?? .failed(store: location, cause: SQLiteDatabase.explain(error))
        }
    }

    /// Whether the file and its folder, where the log lies, may be written.
    func missingRight() async -> StoreError? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let needed: [String] = [path, folder.isEmpty ? "/" : folder]
        let closed = needed.first { access($0, W_OK) != 0 }
        return closed.map { StoreError.failed(store: location, cause: "\($0) can't be written") }
    }

    func close() async { try? queue.close() }
}
