import Foundation
import Support
import Synchronization

/// How a SQLite writer waits for one of another process: up to half a minute, shown to whoever watches, and only a moment
/// once its task is cancelled.
final class WriterQueue: Sendable {
    /// What wants to write: a transaction, or the opening of the file.
    final class Writer: Sendable {
        fileprivate let isCancelled = Atomic(Task.isCancelled)
        /// Who wants to know that it waits.
        fileprivate let observer = Waiting.observer

        /// Nobody wants it to write any more.
        func cancel() { isCancelled.store(true, ordering: .relaxed) }
    }

    private struct State {
        var writer: Writer?
        var since = ContinuousClock.now
        var isTold = false
    }

    private let state = Mutex(State())

    private static let bound = Duration.seconds(30)
    /// So long a cancelled writer still tries: its ledger may be closed where nobody is in the way.
    private static let moment = Duration.milliseconds(50)
    private static let pause = 0.01

    /// A writer's turn has come in this process; another process may still hold the file.
    func begin(_ writer: Writer) { state.withLock { $0 = State(writer: writer) } }

    /// It writes, or it has given up.
    func end(_ writer: Writer) {
        let wasTold = state.withLock { state in
            guard state.writer === writer else { return false }
            defer { state = State() }
            return state.isTold
        }
        if wasTold { writer.observer?.note(WriterWait.wait, isOver: true) }
    }

    /// SQLite found the file held, for the `tries`-th time. Rests for a moment; false to give up.
    func mayGoOnWaiting(tries: Int) -> Bool {
        let (current, since) = state.withLock { ($0.writer, $0.since) }
        guard let writer = current else {
            // A reader.
            Thread.sleep(forTimeInterval: Self.pause)
            return Double(tries) * Self.pause < Self.bound / .seconds(1)
        }
        let elapsed = since.duration(to: .now)
        guard elapsed < (writer.isCancelled.load(ordering: .relaxed) ? Self.moment : Self.bound) else { return false }
        let isDue = state.withLock { state in
            guard elapsed >= WriterWait.patience, state.writer === writer, !state.isTold else { return false }
            state.isTold = true
            return true
        }
        if isDue { writer.observer?.note(WriterWait.wait, isOver: false) }
        Thread.sleep(forTimeInterval: Self.pause)
        return true
    }
}
