import Dispatch
import Foundation
import Support
import Synchronization

/// SIGINT (Ctrl-C) and SIGTERM: the first one cancels the work, which ends in order; a second one ends the program at
/// once. That loses nothing: the next run takes up what a killed one left.
enum Interruption {
    /// An interrupted command has so long to end before it says that it is still at it.
    private static let patience = DispatchTimeInterval.milliseconds(80)

    /// Does the work; a signal cancels it. What an interrupted work throws is no error: it ends with 130.
    /// With `atOnce` the first signal ends the program.
    static func heeded(atOnce: Bool, by work: @escaping @Sendable () async throws -> ExitStatus) async throws
        -> ExitStatus
    {
        let task = Task { try await work() }
        let signals = Signals(after: atOnce ? 1 : 2) { task.cancel() }
        let queue = DispatchQueue(label: "perigee.signals", qos: .userInteractive)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { signals.came(on: queue) }
            source.activate()
            return source
        }
        let result = await task.result
        for source in sources { source.cancel() }
        switch result {
        case .success(let status): return status
        case .failure(let error) where !signals.haveCome: throw error
        case .failure:
            Terminal.note("perigee: interrupted")
            return .interrupted
        }
    }

    /// How many came, and what the first one does.
    private final class Signals: Sendable {
        private let count = Mutex(0)
        /// Which one ends the program.
        private let last: Int
        private let cancel: @Sendable () -> Void

        init(after last: Int, _ cancel: @escaping @Sendable () -> Void) {
            (self.last, self.cancel) = (last, cancel)
        }

        var haveCome: Bool { count.withLock { $0 > 0 } }

        func came(on queue: DispatchQueue) {
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number < last else {
                Terminal.endProgress(keepingLine: true)
                _exit(ExitStatus.interrupted.rawValue)
            }
            cancel()
            queue.asyncAfter(deadline: .now() + Interruption.patience) {
                Terminal.endProgress(keepingLine: true)
                Terminal.note("perigee: stopping; a second Ctrl-C ends it at once")
            }
        }
    }
}
