import Support
import Synchronization

/// A database on a server: at most six connections, each used by one transaction at a time on a thread of its own, and
/// transactions that survive a lost one.
final class ServerDatabase: SQLDatabase {
    let location: String
    private let connect: @Sendable () throws -> any ServerConnection
    private let permits = AsyncSemaphore(6)
    private let idle = Mutex<[Idle]>([])

    // @unchecked: a connection is idle or one transaction's, whose thread alone uses it.
    private struct Idle: @unchecked Sendable {
        let connection: any ServerConnection
    }

    /// How often a transaction is begun anew after its connection was lost, with growing pauses: about 20 s in all.
    private static let attempts = 8
    private static let backoff = Backoff(base: .milliseconds(200), cap: .seconds(4))

    /// A database behind `connect`, which opens a connection or throws `StoreError` or `ConnectionLost`.
    init(location: String, connect: @escaping @Sendable () throws -> any ServerConnection) {
        self.location = location
        self.connect = connect
    }

    deinit { closeIdle() }

    func close() async { closeIdle() }

    private func closeIdle() {
        idle.withLock { idle in
            for one in idle { one.connection.close() }
            idle = []
        }
    }

    /// A whole transaction, begun anew where its connection is lost, but for changes of the schema. Every transaction
    /// of the store may be repeated even when its commit did go through: claiming and publishing the same thing twice
    /// changes nothing.
    func transaction<Result: Sendable>(_ mode: TransactionMode, _ body: @escaping SQLWork<Result>)
        async throws(StoreError) -> Result
    {
        var failures = 0
        while true {
            let failure: StoreError
            do {
                let watch = mode == .write ? LockWatch() : nil
                defer { watch?.end() }
                return try await withConnection { connection in
                    try connection.begin(mode)
                    do {
                        // One writer at a time, as SQLite has it: the ledger's decisions depend on each other.
                        if mode == .write {
                            _ = try connection.first("SELECT setting FROM perigee_meta WHERE name = 'lock' FOR UPDATE")
                            watch?.end()
                        }
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
                failure = .unavailable(store: location, cause: lost.cause)
            } catch is Deadlocked {
                failure = .busy(store: location)
            } catch is CancellationError {
                throw .cancelled
            } catch {
                throw .failed(store: location, cause: "\(error)")
            }
            failures += 1
            guard mode != .schema, failures < Self.attempts else { throw failure }
            // A cancelled task does not try again.
            guard (try? await Task.sleep(for: Self.backoff.bound(afterAttempt: failures))) != nil else { throw failure }
        }
    }

    private func withConnection<Result: Sendable>(_ body: @escaping @Sendable (any ServerConnection) throws -> Result)
        async throws -> Result
    {
        try await permits.withPermit {
            try await Blocking.run { [self] in
                let lent = try idle.withLock { $0.popLast() } ?? Idle(connection: connect())
                do {
                    let result = try body(lent.connection)
                    idle.withLock { $0.append(lent) }
                    return result
                } catch {
                    if error is ConnectionLost { lent.connection.close() } else { idle.withLock { $0.append(lent) } }
                    throw error
                }
            }
        }
    }
}

/// Tells whoever watches where a writer waits for another one.
private final class LockWatch: Sendable {
    private let observer = Waiting.observer
    private let isTold = Mutex<Bool?>(false)

    init() {
        guard observer != nil else { return }
        Task {
            try? await Task.sleep(for: WriterWait.patience)
            let isDue = isTold.withLock { told in
                guard told == false else { return false }
                told = true
                return true
            }
            if isDue { observer?.note(WriterWait.wait, isOver: false) }
        }
    }

    /// The writer has its lock, or has given up.
    func end() {
        let wasTold = isTold.withLock { told in
            defer { told = nil }
            return told == true
        }
        if wasTold { observer?.note(WriterWait.wait, isOver: true) }
    }
}
