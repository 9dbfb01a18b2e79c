public import SparkConnect
public import Transform

extension ExitStatus {
    /// The code for an error of Spark's.
    public init(_ error: SparkError) {
        self =
            switch error {
            case .badAddress: .usage
            case .unauthenticated: .keyRefused
            case .unavailable, .sessionLost, .failed: .unavailable
            case .cancelled: .tryLater
            case .rpc: .internalError
            }
    }

    /// The code for an error of the engine's.
    public init(_ error: SparkEngineError) {
        self =
            switch error {
            case .spark(let error): ExitStatus(error)
            case .invisible, .file: .inputOutput
            case .mismatch: .internalError
            }
    }
}

extension SparkEngineError {
    /// What the user can do about it.
    public var nextStep: String {
        switch self {
        case .spark(.badAddress): "give --spark an address like sc://host:15002"
        case .spark(.unauthenticated): "check PERIGEE_SPARK_TOKEN"
        case .spark(.unavailable), .spark(.sessionLost): "check --spark with `perigee doctor`, then run the same command again: what is landed is kept"
        case .spark: "look at the Spark UI and its logs, then run the same command again: nothing was published"
        case .invisible: "mount the landing folder at the same path on every worker and on the Connect server, writable for them"
        case .mismatch: "run the same command again; report it if it comes back"
        case .file: "check that the landing folder is writable and its disk not full"
        }
    }
}
