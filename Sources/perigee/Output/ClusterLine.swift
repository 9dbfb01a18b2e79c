import SparkConnect
import Synchronization

/// How far the cluster is, on standard error: a bar that grows on a terminal, nothing elsewhere.
final class ClusterLine: Sendable {
    private let shown = Mutex<SparkProgress?>(nil)
    private let isTerminal = Terminal.errorIsTerminal

    private static let width = 30

    func show(_ progress: SparkProgress) {
        guard isTerminal, progress.tasks > 0 else { return }
        let hasChanged = shown.withLock { last in
            defer { last = progress }
            return last != progress
        }
        if hasChanged { Terminal.replaceLine(Self.text(progress)) }
    }

    static func text(_ progress: SparkProgress) -> String {
        let done = width * progress.completedTasks / max(1, progress.tasks)
        let bar = String(repeating: "#", count: done) + String(repeating: ".", count: width - done)
        return "[\(bar)] \(progress.completedTasks)/\(progress.tasks) tasks, \(progress.runningTasks) running"
    }
}
