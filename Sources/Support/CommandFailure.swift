/// An error made where it is thrown: what went wrong, what to do, and the exit code.
public struct CommandFailure: UserError {
    /// The exit code for it.
    public let exitStatus: ExitStatus
    /// What went wrong, in a sentence.
    public let description: String
    /// What the user can do about it.
    public let nextStep: String

    /// An error from its parts.
    public init(_ exitStatus: ExitStatus, _ description: String, next: String) {
        self.exitStatus = exitStatus
        self.description = description
        nextStep = next
    }
}
