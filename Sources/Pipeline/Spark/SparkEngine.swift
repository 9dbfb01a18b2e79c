public import SparkConnect
public import Transform

/// The engine for what outgrows one machine: the same rules, on a Spark cluster.
public struct SparkEngine: Sendable {
    /// A session on the cluster's Connect server.
    public var session: SparkSession
    /// The store's staging table, where executors can write it; nil for a store that is a file.
    public var table: ExternalTable?
    /// Told the address of the application's UI.
    public var announce: @Sendable (String) -> Void
    /// Told how far the cluster is.
    public var progress: @Sendable (SparkProgress) -> Void

    /// An engine from its parts.
    public init(
        session: SparkSession, table: ExternalTable?, announce: @escaping @Sendable (String) -> Void, progress: @escaping @Sendable (SparkProgress) -> Void
    ) {
        self.session = session
        self.table = table
        self.announce = announce
        self.progress = progress
    }

    /// The engine's name in the ledger.
    public static let name = "spark"
}
