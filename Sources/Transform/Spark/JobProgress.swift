import SparkConnect
import Synchronization

/// One progress for a job out of those of its operations, some of which go side by side. What is done never becomes less.
final class JobProgress: Sendable {
    private let parts = Mutex<[SparkProgress?]>([])
    private let tell: @Sendable (SparkProgress) -> Void

    /// `tell` is called with the job's progress each time that an operation's changes.
    init(_ tell: @escaping @Sendable (SparkProgress) -> Void) {
        self.tell = tell
    }

    /// Takes the progress of one more operation.
    func operation() -> @Sendable (SparkProgress) -> Void {
        let index = parts.withLock { parts in
            parts.append(nil)
            return parts.count - 1
        }
        return { progress in
            let sum = self.parts.withLock { parts in
                parts[index] = progress
                return parts.compactMap(\.self).reduce(SparkProgress(completedTasks: 0, tasks: 0, runningTasks: 0, inputBytes: 0), +)
            }
            self.tell(sum)
        }
    }
}

extension SparkProgress {
    fileprivate static func + (one: SparkProgress, other: SparkProgress) -> SparkProgress {
        SparkProgress(
            completedTasks: one.completedTasks + other.completedTasks, tasks: one.tasks + other.tasks, runningTasks: one.runningTasks + other.runningTasks,
            inputBytes: one.inputBytes + other.inputBytes)
    }
}
