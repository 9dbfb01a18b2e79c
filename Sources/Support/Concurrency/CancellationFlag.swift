import Synchronization

/// Tells work on another thread, which knows no task, that its task was cancelled.
public final class CancellationFlag: Sendable {
    private let isSet = Atomic(Task.isCancelled)

    private init() {}

    /// Throws `CancellationError` once the task is cancelled.
    public func check() throws {
        if isSet.load(ordering: .relaxed) { throw CancellationError() }
    }

    /// Does the work, which may look at the flag.
    public static func with<Result: Sendable>(_ body: (CancellationFlag) async throws -> Result) async throws -> Result
    {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await body(flag)
        } onCancel: {
            flag.isSet.store(true, ordering: .relaxed)
        }
    }
}
