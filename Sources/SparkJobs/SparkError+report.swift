public import SparkConnect
public import Support

extension SparkError: UserError {
    /// What a command says of it as it ends.
    public var report: ErrorReport {
        func report(_ status: ExitStatus, next: String) -> ErrorReport { ErrorReport(status, description, next: next) }
        let again = "look at the Spark UI and its logs, then run the same command again: nothing was published"
        return switch self {
        case .badAddress: report(.usage, next: "give --spark an address like sc://host:15002")
        case .unauthenticated: report(.keyRefused, next: "check PERIGEE_SPARK_TOKEN")
        case .unavailable, .sessionLost:
            report(
                .unavailable,
                next:
                    "check --spark with `perigee doctor --engine spark`, then run the same command again; docs/spark.md says how to start a cluster"
            )
        case .failed(let failure) where failure.condition == "PATH_ALREADY_EXISTS":
            report(.usage, next: "name another place with --output, or remove what is there")
        case .failed(let failure) where failure.condition == "TASK_WRITE_FAILED":
            report(.inputOutput, next: "name a place with --output that the workers can write to")
        case .failed(let failure) where failure.isOfScheme:
            report(
                .usage,
                next:
                    "give a URL that the cluster has a file system for, such as s3a:// (with its jars), hdfs:// or a shared folder"
            )
        case .failed: report(.unavailable, next: again)
        case .cancelled: report(.tryLater, next: again)
        case .rpc, .unreadable: report(.internalError, next: again)
        }
    }
}

extension SparkFailure {
    /// Whether Hadoop has no file system for a URL.
    fileprivate var isOfScheme: Bool {
        ([message] + causes).contains {
            $0.contains("No FileSystem for scheme") || $0.contains("Class org.apache.hadoop.fs.")
        }
    }
}
