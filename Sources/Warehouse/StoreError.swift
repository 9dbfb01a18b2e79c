public import Support

/// Why a store could not do its work.
public enum StoreError: Error, Sendable {
    /// `--store` names no store Perigee knows.
    case badURL(String)
    /// `--store` carries a password, which command lines and logs would show.
    case passwordInURL(String)
    /// The store can't be reached or opened.
    case unavailable(store: String, cause: String)
    /// The store is there but refused a statement: disk full, read-only, damaged, ...
    case failed(store: String, cause: String)
    /// The server refuses the user: a wrong password, or a right that is missing.
    case denied(store: String, cause: String)
    /// The server has no such database.
    case noDatabase(store: String, cause: String)
    /// Another writer held the store for longer than the time-out.
    case busy(store: String)
    /// Another run took this batch over while ours was at it.
    case leaseLost(batch: String)
    /// A stage was asked for before the one that comes first.
    case notReady(batch: String, needs: String)
    /// Simulated data must not mix with NASA's, nor the reverse.
    case mixedOrigin(store: String, holds: String, offered: String)
    /// A backup's file can't be read or written.
    case file(path: String, cause: String)
    /// A backup is not what it was when it was written: nothing was restored.
    case damaged(path: String, cause: String)
    /// The store that was to take a copy holds data already.
    case notEmpty(store: String)
    /// What the store holds after loading is not what was written: the load was undone.
    case mismatch(store: String, cause: String)
    /// Something is in the store that this version can't read.
    case unreadable(String)
}

extension StoreError: UserError {
    /// The error as a sentence, without credentials.
    public var description: String {
        switch self {
        case .badURL(let url): "\(url) names no store: use sqlite:PATH, postgres://USER@HOST:PORT/DATABASE or mysql://USER@HOST:PORT/DATABASE"
        case .passwordInURL(let url):
            "\(url) was given with a password, which process lists and logs would show: put it into PERIGEE_STORE_PASSWORD or a file that "
                + "PERIGEE_STORE_PASSWORD_FILE names"
        case .unavailable(let store, let cause): "the store \(store) can't be opened: \(cause)"
        case .failed(let store, let cause): "the store \(store) failed: \(cause)"
        case .denied(let store, let cause): "the store \(store) refused access: \(cause)"
        case .noDatabase(let store, let cause): "the store \(store) does not exist: \(cause)"
        case .busy(let store): "the store \(store) was kept busy by another writer; try again"
        case .leaseLost(let batch): "another run took \(batch) over; nothing of ours was published"
        case .notReady(let batch, let needs): "\(batch) is not ready: run `perigee \(needs)` first"
        case .mixedOrigin(let store, let holds, let offered): "the store \(store) holds \(holds) data; \(offered) data belongs in another store"
        case .file(let path, let cause): "\(path): \(cause)"
        case .damaged(let path, let cause): "\(path) is damaged: \(cause); nothing was touched"
        case .notEmpty(let store): "the store \(store) holds data already; restore and copy take an empty one"
        case .mismatch(let store, let cause): "the store \(store) did not take what was given: \(cause); nothing was kept"
        case .unreadable(let what): "the store holds \(what), which this version can't read"
        }
    }

    /// The exit code for it.
    public var exitStatus: ExitStatus {
        switch self {
        case .badURL, .passwordInURL, .notReady, .mixedOrigin, .noDatabase, .notEmpty: .usage
        case .denied: .keyRefused
        case .unavailable: .unavailable
        case .failed, .file: .inputOutput
        case .busy, .leaseLost: .tryLater
        case .damaged, .mismatch: .dataRefused
        case .unreadable: .internalError
        }
    }

    /// What the user can do about it.
    public var nextStep: String {
        switch self {
        case .leaseLost, .busy: "run the same command again"
        case .notReady(_, let needs): "run `perigee \(needs)` for the same dates first"
        case .mixedOrigin: "name another store with --store"
        case .badURL, .passwordInURL, .noDatabase, .denied: "check --store"
        case .file, .damaged, .notEmpty, .mismatch: "check the file and the store"
        case .unavailable, .failed, .unreadable: "check --store, its permissions and its disk, then run the same command again"
        }
    }
}
