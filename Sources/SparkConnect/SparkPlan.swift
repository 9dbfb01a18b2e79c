import SwiftProtobuf

/// A query, and what is counted while it runs: Spark's CollectMetrics over SQL.
public struct SparkQuery: Sendable {
    /// SQL that gives rows.
    public var sql: String
    /// Aggregates by the name they come back under, such as `records: count(1)`.
    public var metrics: [String: String]

    /// A query from its parts.
    public init(_ sql: String, metrics: [String: String] = [:]) {
        self.sql = sql
        self.metrics = metrics
    }

    var relation: ProtoRelation {
        let query = ProtoRelation.with { $0.sql.query = sql }
        guard !metrics.isEmpty else { return query }
        return .with {
            $0.collectMetrics.input = query
            $0.collectMetrics.name = "metrics"
            $0.collectMetrics.metrics = metrics.sorted { $0.key < $1.key }.map { name, aggregate in
                .with { $0.expressionString.expression = "\(aggregate) AS `\(name)`" }
            }
        }
    }
}

/// Where the executors put a query's rows: Spark's WriteOperation.
public enum SparkWrite: Sendable {
    /// New files of a format below a path that the executors see, where nothing may be yet. The columns of
    /// `partitionedBy` become folders, outermost first. Spark's UI and its event log show the format's options: no place
    /// for a password.
    case files(format: String, path: String, partitionedBy: [String] = [], options: [String: String] = [:])
    /// Nowhere: the query is run for its metrics.
    case nowhere

    func operation(_ query: SparkQuery) -> ProtoWriteOperation {
        .with {
            $0.input = query.relation
            switch self {
            case .files(let format, let path, let partitionedBy, let options):
                $0.source = format
                $0.path = path
                $0.mode = .errorIfExists
                $0.partitioningColumns = partitionedBy
                $0.options = options
            case .nowhere:
                $0.source = "noop"
                $0.mode = .overwrite
            }
        }
    }
}
