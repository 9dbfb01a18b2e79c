import SwiftProtobuf

/// Where the executors put a query's rows: Spark's WriteOperation.
public enum SparkWrite: Sendable {
    /// New files of a format below a path that the executors see, where nothing may be yet. The columns of
    /// `partitionedBy` become folders, outermost first. Spark's UI and its event log show the format's options: no place
    /// for a password.
    case files(format: String, path: String, partitionedBy: [String] = [], options: [String: String] = [:])
    /// Nowhere: the query is run for its metrics.
    case nowhere

    func operation(_ query: ProtoRelation) -> ProtoWriteOperation {
        .with {
            $0.input = query
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
