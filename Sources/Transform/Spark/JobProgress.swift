import SparkConnect
import Synchronization

/// One progress for a job out of those of its operations, some of which go side by side.
final class JobProgress: Sendable {
    private let parts = Mutex<[SparkProgress]>([])
    private let tell: @Sendable (SparkProgress) -> Void

    /// `tell` is called with the job's progress each time that an operation's changes.
    init(_ tell: @escaping @Sendable (SparkProgress) -> Void) {
        self.tell = tell
    }

    /// Carries out one more operation, which is given what to report to.
    func operation(_ body: (@escaping @Sendable (SparkProgress) -> Void) async throws(SparkError) -> SparkResult) async throws(SparkError) -> SparkResult {
        let index = parts.withLock { parts in
            parts.append(SparkProgress(completedTasks: 0, tasks: 0, runningTasks: 0, inputBytes: 0))
            return parts.count - 1
        }
        let result = try await body { progress in self.update(index) { $0 = progress } }
        // The last report may come before the last tasks' ends, or not at all.
        update(index) { ($0.completedTasks, $0.runningTasks) = ($0.tasks, 0) }
        return result
    }

    private func update(_ index: Int, _ change: (inout SparkProgress) -> Void) {
        tell(
            parts.withLock { parts in
                change(&parts[index])
                return parts.dropFirst().reduce(parts[0], +)
            })
    }
}

extension SparkProgress {
    fileprivate static func + (one: SparkProgress, other: SparkProgress) -> SparkProgress {
        SparkProgress(
            completedTasks: one.completedTasks + other.completedTasks, tasks: one.tasks + other.tasks, runningTasks: one.runningTasks + other.runningTasks,
            inputBytes: one.inputBytes + other.inputBytes)
    }
}
