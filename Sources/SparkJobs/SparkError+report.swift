public import SparkConnect
public import Support

extension SparkError: UserError {
    /// What a command says of it as it ends.
    public var report: ErrorReport {
        let (status, next): (ExitStatus, String) =
            switch self {
            case .badAddress: (.usage, "give --spark an address like sc://host:15002")
            case .unauthenticated: (.keyRefused, "check PERIGEE_SPARK_TOKEN")
            case .unavailable, .sessionLost:
                (
                    .unavailable,
                    "check --spark with `perigee doctor`, then run the same command again: what is landed is kept"
                )
            case .failed(let failure) where failure.condition == "PATH_ALREADY_EXISTS":
                (.usage, "name another place with --output, or remove what is there")
            case .failed(let failure) where failure.condition == "TASK_WRITE_FAILED":
                (.inputOutput, "name a place with --output that the workers can write to")
            case .failed(let failure) where failure.isOfScheme:
                (
                    .usage,
                    "give a URL that the cluster has a file system for, such as s3a:// (with its jars), hdfs:// or a shared folder"
                )
            case .failed: (.unavailable, Self.again)
            case .cancelled: (.tryLater, Self.again)
            case .rpc, .unreadable: (.internalError, Self.again)
            }
        return ErrorReport(status, description, next: next)
    }

    private static let again =
        "look at the Spark UI and its logs, then run the same command again: nothing was published"
}

extension SparkFailure {
    /// Whether Hadoop has no file system for a URL.
    fileprivate var isOfScheme: Bool {
        ([message] + causes).contains {
            $0.contains("No FileSystem for scheme") || $0.contains("Class org.apache.hadoop.fs.")
        }
    }
}
