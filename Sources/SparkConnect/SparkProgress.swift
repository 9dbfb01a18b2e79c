/// How far an operation is on the cluster. Spark adds stages as it plans them, so `tasks` may grow.
public struct SparkProgress: Sendable, Hashable {
    /// Tasks done, never more than `tasks`.
    public var completedTasks: Int
    /// Tasks of the stages known so far.
    public var tasks: Int
    /// Tasks that run now.
    public var runningTasks: Int

    /// Nil for a report without stages, which the server sends too.
    init?(_ progress: ProtoExecutePlanResponse.ExecutionProgress) {
        guard !progress.stages.isEmpty else { return nil }
        // A stage that was tried again has completed more tasks than it has.
        completedTasks = progress.stages.reduce(0) { $0 + Int(min($1.numCompletedTasks, $1.numTasks)) }
        tasks = progress.stages.reduce(0) { $0 + Int($1.numTasks) }
        runningTasks = Int(progress.numInflightTasks)
    }
}
