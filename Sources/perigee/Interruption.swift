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
    static func heeded(_ numbers: [Int32], atOnce: Bool, by work: @escaping @Sendable () async throws -> ExitStatus)
        async throws
        -> ExitStatus
    {
        let signals = Signals(after: atOnce ? 1 : 2)
        let task = Task { try await $signals.withValue(signals) { try await work() } }
        signals.cancel { task.cancel() }
        let queue = DispatchQueue(label: "perigee.signals", qos: .userInteractive)
        let sources = numbers.map { number in
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

    /// The signals of the command under way.
    @TaskLocal private static var signals: Signals?

    /// Whether the command under way was interrupted.
    static var hasCome: Bool { signals?.haveCome ?? false }

    /// From now on the first signal has this done in place of cancelling the work.
    static func handle(by stop: @escaping @Sendable () -> Void) { signals?.handle(by: stop) }

    /// How many came, and what the first one does.
    private final class Signals: Sendable {
        private struct State {
            var count = 0
            var cancel: @Sendable () -> Void = {}
            var handler: (@Sendable () -> Void)?
        }

        private let state = Mutex(State())
        /// Which one ends the program.
        private let last: Int

        init(after last: Int) {
            self.last = last
        }

        var haveCome: Bool { state.withLock { $0.count > 0 } }

        func cancel(by cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }
        func handle(by stop: @escaping @Sendable () -> Void) { state.withLock { $0.handler = stop } }

        func came(on queue: DispatchQueue) {
            let (number, stop) = state.withLock { state in
                state.count += 1
                return (state.count, state.handler ?? state.cancel)
            }
            guard number < last else {
                Terminal.endProgress(keepingLine: true)
                _exit(ExitStatus.interrupted.rawValue)
            }
            stop()
            queue.asyncAfter(deadline: .now() + Interruption.patience) {
                Terminal.endProgress(keepingLine: true)
                Terminal.note("perigee: stopping; a second Ctrl-C ends it at once")
            }
        }
    }
}
