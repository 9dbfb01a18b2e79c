import Synchronization

/// Tells work on another thread, which knows no task, that its task was cancelled.
public final class CancellationFlag: Sendable {
    /// The flag of the work under way, which its transactions look at; nil where it is to be seen through.
    @TaskLocal public static var current: CancellationFlag?

    private let flag = Atomic(Task.isCancelled)

    private init() {}

    /// Whether the task is cancelled.
    public var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Throws `CancellationError` once the task is cancelled.
    public func check() throws {
        if isSet { throw CancellationError() }
    }

    /// Does the work, which may look at the flag. Its transactions are undone once the task is cancelled.
    public static func with<Result>(_ body: (CancellationFlag) async throws -> Result) async rethrows -> Result {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await $current.withValue(flag) { try await body(flag) }
        } onCancel: {
            flag.flag.store(true, ordering: .relaxed)
        }
    }
}
