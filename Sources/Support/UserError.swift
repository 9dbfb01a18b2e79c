/// An error that reaches a user.
public protocol UserError: Error, CustomStringConvertible {
    /// What a command says of it as it ends.
    var report: ErrorReport { get }
}

/// What a user is told of an error.
public struct ErrorReport: Sendable {
    /// The exit code of a command that ends with it.
    public var exitStatus: ExitStatus
    /// What went wrong, and where, in a sentence.
    public var message: String
    /// What the user can do about it.
    public var nextStep: String

    /// A report from its parts.
    public init(_ exitStatus: ExitStatus, _ message: String, next: String) {
        self.exitStatus = exitStatus
        self.message = message
        nextStep = next
    }

    /// What to do where a landed body was damaged or lost.
    public static let askAgain = "ask NASA for its days again with `perigee run --from DAY --to DAY --refresh`"
}

extension UserError {
    /// The error as a sentence.
    public var description: String { report.message }
    /// The exit code for it.
    public var exitStatus: ExitStatus { report.exitStatus }
    /// What the user can do about it.
    public var nextStep: String { report.nextStep }
}

/// An error made where it is thrown.
public struct CommandFailure: UserError {
    /// What a command says of it as it ends.
    public let report: ErrorReport

    /// An error from its parts.
    public init(_ exitStatus: ExitStatus, _ message: String, next: String) {
        report = ErrorReport(exitStatus, message, next: next)
    }
}
