/// The exit codes, after sysexits(3).
public enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    case usage = 64
    case dataRefused = 65
    case unavailable = 69
    case internalError = 70
    case inputOutput = 74
    case tryLater = 75
    case keyRefused = 77
    /// 128 and the number of SIGINT, as shells have it.
    case interrupted = 130

    /// What the code means, as the documentation has it.
    public var meaning: String {
        switch self {
        case .success: "everything asked for is done"
        case .usage: "the command can't be carried out as given: an option, a date, a configuration value"
        case .dataRefused:
            "data refused: by the audit, or because an answer is not a NeoWs response; nothing of it was published"
        case .unavailable: "NASA's service, the store or S3 can't be reached; progress is kept"
        case .internalError: "a fault in Perigee"
        case .inputOutput: "a file, an object or the store can't be read or written"
        case .tryLater:
            "try again later: the quota is spent, S3 asks for fewer requests, or another run has the windows; progress is kept"
        case .interrupted:
            "interrupted, by Ctrl-C (SIGINT) or SIGTERM: what is done is kept, and the same command goes on from there"
        case .keyRefused:
            "access refused: the API key, the store's user, password or rights, or S3's credentials, rights or clock"
        }
    }

    /// Which of two codes a run with both failures ends with: the one its user has to act on first.
    public static func worse(_ left: ExitStatus, _ right: ExitStatus) -> ExitStatus {
        let order: [ExitStatus] = [
            .interrupted, .internalError, .keyRefused, .usage, .inputOutput, .unavailable, .tryLater, .dataRefused,
            .success,
        ]
        return order.first { $0 == left || $0 == right } ?? .internalError
    }
}
