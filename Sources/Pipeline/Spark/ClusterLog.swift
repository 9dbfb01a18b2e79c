import Logging
import SparkConnect
import Synchronization

/// How far the cluster is, in the run's log: a line every few seconds while it works, and one at its end. `perigee logs RUN` shows them,
/// also of a run that goes on elsewhere.
final class ClusterLog: Sendable {
    private struct State {
        var latest: SparkProgress?
        var written: SparkProgress?
        var at: ContinuousClock.Instant?
    }

    private let logger: Logger
    private let state = Mutex(State())

    private static let interval = Duration.seconds(5)

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Where the cluster's own pages are.
    func began(_ address: String?) {
        logger.info("Spark began.", metadata: address.map { ["ui": "\($0)"] } ?? [:])
    }

    func note(_ progress: SparkProgress) {
        guard progress.tasks > 0 else { return }  // an operation can end before the cluster tells of its tasks
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            state.latest = progress
            guard state.at.map({ now - $0 >= Self.interval }) ?? true, state.written != progress else { return false }
            (state.at, state.written) = (now, progress)
            return true
        }
        if isDue { write(progress) }
    }

    /// What was reached in the end.
    func ended() {
        if let latest = state.withLock({ $0.written == $0.latest ? nil : $0.latest }) { write(latest) }
    }

    private func write(_ progress: SparkProgress) {
        logger.info(
            "Spark progress.",
            metadata: ["tasks_done": "\(progress.completedTasks)", "tasks": "\(progress.tasks)", "running": "\(progress.runningTasks)"])
    }
}
