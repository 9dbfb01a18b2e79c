/// One connection to a database server, used by one thread at a time. Its calls block; `ServerDatabase` keeps them off
/// the cooperative threads.
protocol ServerConnection: AnyObject, SQLSession {
    /// Begins a transaction.
    func begin(_ mode: TransactionMode) throws
    /// Ends it, its changes kept.
    func commit() throws
    /// Ends it, its changes undone; after a failure the connection may be of no use any more.
    func rollback() throws
    /// Closes the connection.
    func close()
}

/// The connection broke: nothing of its transaction remains, or the outcome of a commit is unknown.
struct ConnectionLost: Error {
    let cause: String
}

/// Another transaction stood in the way of this one, and it in the other's: the server undid this one, which may be
/// begun anew.
struct Deadlocked: Error {}
