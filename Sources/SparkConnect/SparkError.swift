/// Why Spark did not do what it was asked.
public enum SparkError: Error, Sendable, Hashable {
    /// The connection string can't be used.
    case badAddress(String)
    /// Nobody answers there, for as long as the retry policy asked.
    case unavailable(server: String, cause: String)
    /// The server refuses the token, or wants one.
    case unauthenticated(server: String)
    /// The server does not know the session, or that of before: it was started again meanwhile, and what ran there is
    /// lost.
    case sessionLost(server: String, cause: String)
    /// A plan failed, as Spark's own error conditions say.
    case failed(SparkFailure)
    /// The task was cancelled; the operation on the cluster was interrupted.
    case cancelled
    /// An answer, or a part of one, that is not what was asked for.
    case unreadable(String)
    /// gRPC's or the protocol's error that none of the others is.
    case rpc(code: String, message: String)
}

/// An error of Spark's, from google.rpc.ErrorInfo and the server's details.
public struct SparkFailure: Sendable, Hashable {
    /// Spark's error condition, such as `TABLE_OR_VIEW_NOT_FOUND`, from
    /// https://spark.apache.org/docs/latest/sql-error-conditions.html; nil where the error is none of Spark's own.
    public var condition: String?
    /// SQLSTATE.
    public var sqlState: String?
    /// What it says, in full.
    public var message: String
    /// What it was caused by, the nearest first.
    public var causes: [String]
}

extension SparkError: CustomStringConvertible {
    /// The error as a sentence.
    public var description: String {
        switch self {
        case .badAddress(let problem): "the address of Spark Connect can't be used: \(problem)"
        case .unavailable(let server, let cause): "Spark at \(server) can't be reached: \(cause)"
        case .unauthenticated(let server): "Spark at \(server) refuses the token, or wants one"
        case .sessionLost(let server, let cause):
            "Spark at \(server) was started again in the middle of the work: \(cause)"
        case .failed(let failure): "Spark failed: \(failure)"
        case .cancelled: "stopped before it was done"
        case .unreadable(let what): "Spark's answer can't be read: \(what)"
        case .rpc(let code, let message): "Spark answered with gRPC \(code): \(message)"
        }
    }
}

extension SparkFailure: CustomStringConvertible {
    /// The message's first line, and that of the last cause.
    public var description: String {
        func line(_ text: String) -> String { String(text.prefix { !$0.isNewline }.prefix(500)) }
        guard let cause = causes.last, line(cause) != line(message) else { return line(message) }
        return "\(line(message)) (\(line(cause)))"
    }
}
