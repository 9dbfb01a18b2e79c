/// An error that reaches a user: its description says what went wrong, and where.
public protocol UserError: Error, CustomStringConvertible {
    /// The exit code of a command that ends with it.
    var exitStatus: ExitStatus { get }
    /// What the user can do about it.
    var nextStep: String { get }
}
