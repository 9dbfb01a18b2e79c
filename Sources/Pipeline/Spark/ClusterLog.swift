import Logging
import SparkConnect
import Synchronization

/// How far the cluster is: told to the caller as it comes, and in the run's log every few seconds and at the end.
final class ClusterLog: Sendable {
    private struct State {
        var context: RunJournal.Context?
        var latest: SparkProgress?
        var written: SparkProgress?
        var at: ContinuousClock.Instant?
    }

    private let logger: Logger
    private let announce: @Sendable (String) -> Void
    private let progress: @Sendable (SparkProgress) -> Void
    private let state = Mutex(State())

    private static let interval = Duration.seconds(5)

    init(
        _ logger: Logger, announce: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (SparkProgress) -> Void
    ) {
        self.logger = logger
        self.announce = announce
        self.progress = progress
    }

    /// A job began. Its progress comes from the session's own tasks, which know of no run; and it is of many batches.
    func began() {
        let context = RunJournal.context.map { RunJournal.Context(journal: $0.journal, stage: .transform) }
        state.withLock { $0.context = context }
    }

    /// Says where the cluster's own pages are; nil where it does not say.
    func found(interface: String?) {
        guard let interface else { return }
        announce(interface)
        log("Spark began.", ["ui": "\(interface)"])
    }

    func note(_ progress: SparkProgress) {
        guard progress.tasks > 0 else { return }  // an operation can end before the cluster tells of its tasks
        self.progress(progress)
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            state.latest = progress
            guard state.at.map({ now - $0 >= Self.interval }) ?? true, state.written != progress else { return false }
            (state.at, state.written) = (now, progress)
            return true
        }
        if isDue { write(progress) }
    }

    /// What was reached in the end: a report may come before the last tasks' ends, or not at all.
    func ended() {
        guard var last = state.withLock({ $0.latest }) else { return }
        (last.completedTasks, last.runningTasks) = (last.tasks, 0)
        if state.withLock({ $0.written != last }) { write(last) }
    }

    private func write(_ progress: SparkProgress) {
        log(
            "Spark progress.",
            [
                "tasks_done": "\(progress.completedTasks)", "tasks": "\(progress.tasks)",
                "running": "\(progress.runningTasks)",
            ])
    }

    private func log(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        RunJournal.$context.withValue(state.withLock(\.context)) { logger.info(message, metadata: metadata) }
    }
}
