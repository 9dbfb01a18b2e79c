import SwiftProtobuf

/// A query, and what is counted while it runs: Spark's CollectMetrics over SQL.
public struct SparkQuery: Sendable {
    /// SQL that gives rows.
    public var sql: String
    /// Name of the metrics; nil for none.
    public var metricsName: String?
    /// Queries that the SQL names as if they were tables. Metrics of theirs come back too, which those of views don't.
    public var tables: [String: SparkQuery]
    /// Aggregates by the name they come back under, such as `records: count(1)`.
    public var metrics: [String: String]

    /// A query from its parts.
    public init(
        _ sql: String, with tables: [String: SparkQuery] = [:], metricsName: String? = nil,
        metrics: [String: String] = [:]
    ) {
        self.sql = sql
        self.tables = tables
        self.metricsName = metrics.isEmpty ? nil : metricsName ?? "metrics"
        self.metrics = metrics
    }

    var relation: ProtoRelation {
        var query = ProtoRelation.with { $0.sql.query = sql }
        if !tables.isEmpty {
            let statement = query
            query = .with {
                $0.withRelations.root = statement
                $0.withRelations.references = tables.sorted { $0.key < $1.key }.map { name, table in
                    .with {
                        $0.subqueryAlias.input = table.relation
                        $0.subqueryAlias.alias = name
                    }
                }
            }
        }
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
        /// A data source that the options describe, such as `jdbc`.
        case source(format: String)
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
    /// The format's options. Spark's UI and its event log show them: no place for a password.
    public var options: [String: String]

    /// A write from its parts.
    public init(
        _ target: Target, mode: Mode = .overwrite, partitionedBy: [String] = [], options: [String: String] = [:]
    ) {
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
            case .source(let format): $0.source = format
            case .nowhere:
                $0.source = "noop"
                $0.mode = .overwrite
            }
        }
    }
}
