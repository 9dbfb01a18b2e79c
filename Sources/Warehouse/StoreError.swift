public import Support

/// Why a store could not do its work.
public enum StoreError: Error, Sendable {
    /// `--store` names no store Perigee knows.
    case badURL(String)
    /// `--store` carries a password, which command lines and logs would show.
    case passwordInURL(String)
    /// The store can't be reached or opened.
    case unavailable(store: String, cause: String)
    /// Another file was put in the place of the one that is open.
    case replaced(store: String)
    /// The store is there but refused a statement: disk full, read-only, damaged, ...
    case failed(store: String, cause: String)
    /// The server refuses the user: a wrong password, or a right that is missing.
    case denied(store: String, cause: String)
    /// The server has no such database.
    case noDatabase(store: String, cause: String)
    /// Another writer held the store for longer than the time-out.
    case busy(store: String)
    /// Its work was cancelled: the transaction was undone.
    case cancelled
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
    /// What a command says of it as it ends, without credentials.
    public var report: ErrorReport {
        let (again, check, files) = ("run the same command again", "check --store", "check the file and the store")
        let disk = "check --store, its permissions and its disk, then run the same command again"
        return switch self {
        case .badURL(let url):
            ErrorReport(
                .usage,
                "\(url) names no store\(url.hasSuffix(".sqlite") || url.hasSuffix(".db") ? " (sqlite:\(url)?)" : ""): use sqlite:PATH, postgres://USER@HOST:PORT/DATABASE or mysql://USER@HOST:PORT/DATABASE",
                next: check)
        case .passwordInURL(let url):
            ErrorReport(
                .usage,
                "\(url) was given with a password, which process lists and logs would show: put it into PERIGEE_STORE_PASSWORD or a file that "
                    + "PERIGEE_STORE_PASSWORD_FILE names", next: check)
        case .unavailable(let store, let cause):
            ErrorReport(.unavailable, "the store \(store) can't be opened: \(cause)", next: disk)
        case .replaced(let store):
            ErrorReport(
                .unavailable, "another file was put in the place of the store \(store)",
                next: "start the server again: it then opens the file that is there now")
        case .failed(let store, let cause): ErrorReport(.inputOutput, "the store \(store) failed: \(cause)", next: disk)
        case .denied(let store, let cause):
            ErrorReport(.keyRefused, "the store \(store) refused access: \(cause)", next: check)
        case .noDatabase(let store, let cause):
            ErrorReport(.usage, "the store \(store) does not exist: \(cause)", next: check)
        case .busy(let store):
            ErrorReport(.tryLater, "the store \(store) was kept busy by another writer; try again", next: again)
        case .cancelled:
            ErrorReport(.interrupted, "stopped before it was done; nothing of it was kept", next: again)
        case .leaseLost(let batch):
            ErrorReport(.tryLater, "another run took \(batch) over; nothing of ours was published", next: again)
        case .notReady(let batch, let needs):
            ErrorReport(
                .usage, "\(batch) is not ready: run `perigee \(needs)` first",
                next: "run `perigee \(needs)` for the same dates first")
        case .mixedOrigin(let store, let holds, let offered):
            ErrorReport(
                .usage, "the store \(store) holds \(holds) data; \(offered) data belongs in another store",
                next: "name another store with --store")
        case .file(let path, let cause): ErrorReport(.inputOutput, "\(path): \(cause)", next: files)
        case .damaged(let path, let cause):
            ErrorReport(.dataRefused, "\(path) is damaged: \(cause); nothing was touched", next: files)
        case .notEmpty(let store):
            ErrorReport(
                .usage, "the store \(store) holds data already; restore and copy take an empty one", next: files)
        case .mismatch(let store, let cause):
            ErrorReport(
                .dataRefused, "the store \(store) did not take what was given: \(cause); nothing was kept", next: files)
        case .unreadable(let what):
            ErrorReport(.internalError, "the store holds \(what), which this version can't read", next: disk)
        }
    }
}
