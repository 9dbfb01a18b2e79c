import SwiftProtobuf

/// A query, and what is counted while it runs: Spark's CollectMetrics over SQL.
public struct SparkQuery: Sendable {
    /// SQL that gives rows.
    public var sql: String
    /// Name of the metrics; nil for none.
    public var metricsName: String?
    /// Aggregates by the name they come back under, such as `records: count(1)`.
    public var metrics: [String: String]

    /// A query from its parts.
    public init(_ sql: String, metricsName: String? = nil, metrics: [String: String] = [:]) {
        self.sql = sql
        self.metricsName = metrics.isEmpty ? nil : metricsName ?? "metrics"
        self.metrics = metrics
    }

    var relation: ProtoRelation {
        let query = ProtoRelation.with { $0.sql.query = sql }
        guard let metricsName else { return query }
        return .with {
            $0.collectMetrics.input = query
            $0.collectMetrics.name = metricsName
            $0.collectMetrics.metrics = metrics.sorted { $0.key < $1.key }.map { name, aggregate in
                .with { $0.expressionString.expression = "\(aggregate) AS `\(name)`" }
            }
        }
    }
}

/// Where the executors put a query's rows: Spark's WriteOperation.
public struct SparkWrite: Sendable {
    /// The places that rows can go to.
    public enum Target: Sendable {
        /// Files of a format below a path that the executors see.
        case files(format: String, path: String)
        /// A table or a view, by position.
        case into(table: String)
        /// Nowhere: the query is run for its metrics.
        case nowhere
    }

    /// What happens to what is there.
    public enum Mode: Sendable {
        case append, overwrite, errorIfExists, ignore

        var proto: ProtoWriteOperation.SaveMode {
            switch self {
            case .append: .append
            case .overwrite: .overwrite
            case .errorIfExists: .errorIfExists
            case .ignore: .ignore
            }
        }
    }

    /// Where the rows go.
    public var target: Target
    /// What happens to what is there.
    public var mode: Mode
    /// Columns that become folders, outermost first.
    public var partitionedBy: [String]
    /// The format's options. They are shown in Spark's UI: no secrets.
    public var options: [String: String]

    /// A write from its parts.
    public init(_ target: Target, mode: Mode = .overwrite, partitionedBy: [String] = [], options: [String: String] = [:]) {
        self.target = target
        self.mode = mode
        self.partitionedBy = partitionedBy
        self.options = options
    }

    func operation(_ query: SparkQuery) -> ProtoWriteOperation {
        .with {
            $0.input = query.relation
            $0.mode = mode.proto
            $0.partitioningColumns = partitionedBy
            $0.options = options
            switch target {
            case .files(let format, let path):
                $0.source = format
                $0.path = path
            case .into(let table):
                $0.table.tableName = table
                $0.table.saveMethod = .insertInto
                $0.mode = .append
            case .nowhere:
                $0.source = "noop"
                $0.mode = .overwrite
            }
        }
    }
}
