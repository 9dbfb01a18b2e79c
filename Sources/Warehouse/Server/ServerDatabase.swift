import Support

/// A database on a server: a few connections, each used by one transaction at a time, and transactions that survive a
/// lost one.
struct ServerDatabase: SQLDatabase {
    let location: String
    private let pool: ConnectionPool

    /// How often a transaction is begun anew after its connection was lost, with growing pauses: about 20 s in all.
    private static let attempts = 8

    /// A database behind `connect`, which opens a connection or throws `StoreError` or `ConnectionLost`.
    init(location: String, connect: @escaping @Sendable () throws -> any ServerConnection) {
        self.location = location
        pool = ConnectionPool(connect: connect)
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws(StoreError)
        -> Result
    {
        try await perform(.read, attempts: Self.attempts, body)
    }

    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws(StoreError)
        -> Result
    {
        try await perform(.write, attempts: Self.attempts) { connection in
            // One writer at a time, as SQLite has it: the ledger's decisions depend on each other.
            _ = try connection.first("SELECT setting FROM perigee_meta WHERE name = 'lock' FOR UPDATE")
            return try body(connection)
        }
    }

    func migrate<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result)
        async throws(StoreError) -> Result
    {
        try await perform(.schema, attempts: 1, body)
    }

    func close() async {
        await pool.close()
    }

    /// A whole transaction, begun anew where its connection is lost. Every transaction of the store may be repeated
    /// even when its commit did go through: claiming and publishing the same thing twice changes nothing.
    func perform<Result: Sendable>(
        _ mode: TransactionMode, attempts: Int, _ body: @escaping @Sendable (any ServerConnection) throws -> Result
    ) async throws(StoreError) -> Result {
        var failures = 0
        while true {
            do {
                return try await pool.withConnection { connection in
                    try connection.begin(mode)
                    do {
                        let result = try body(connection)
                        try connection.commit()
                        return result
                    } catch {
                        if !(error is ConnectionLost) { try connection.rollback() }
                        throw error
                    }
                }
            } catch let error as StoreError {
                throw error
            } catch let lost as ConnectionLost {
                failures += 1
                guard failures < attempts, await pause(failures) else {
                    throw .unavailable(store: location, cause: lost.cause)
                }
            } catch is Deadlocked {
                failures += 1
                guard failures < attempts, await pause(failures) else { throw .busy(store: location) }
            } catch {
                throw .failed(store: location, cause: "\(error)")
            }
        }
    }

    /// False where the task was cancelled in the meantime.
    private func pause(_ failures: Int) async -> Bool {
        (try? await Task.sleep(for: .milliseconds(min(4000, 100 << failures)))) != nil
    }
}

/// Lends connections, at most four at a time, each to a thread of its own.
private actor ConnectionPool {
    private static let maximum = 4

    private let connect: @Sendable () throws -> any ServerConnection
    private var idle: [Lent] = []
    private var open = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(connect: @escaping @Sendable () throws -> any ServerConnection) {
        self.connect = connect
    }

    deinit {
        for lent in idle { lent.connection.close() }
    }

    /// A connection on its way between the pool and the one thread that uses it.
    private struct Lent: @unchecked Sendable {
        // @unchecked: the pool hands a connection to one caller at a time and takes it back when that caller is done.
        let connection: any ServerConnection
    }

    func withConnection<Result: Sendable>(_ body: @escaping @Sendable (any ServerConnection) throws -> Result)
        async throws -> Result
    {
        while idle.isEmpty && open >= Self.maximum {
            await withCheckedContinuation { waiting.append($0) }
        }
        let kept = idle.popLast()
        if kept == nil { open += 1 }
        let (lent, result): (Lent?, Swift.Result<Result, any Error>) = await Blocking.run { [connect] in
            var lent = kept
            do {
                let ready = try kept ?? Lent(connection: connect())
                lent = ready
                return (ready, .success(try body(ready.connection)))
            } catch {
                if error is ConnectionLost {
                    lent?.connection.close()
                    lent = nil
                }
                return (lent, .failure(error))
            }
        }
        if let lent {
            idle.append(lent)
        } else {
            open -= 1
        }
        if !waiting.isEmpty { waiting.removeFirst().resume() }
        return try result.get()
    }

    func close() {
        for lent in idle { lent.connection.close() }
        open -= idle.count
        idle = []
    }
}
