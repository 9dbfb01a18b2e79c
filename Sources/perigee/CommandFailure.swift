import Pipeline

/// An error as a command reports it: what went wrong, what to do, and the exit code.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String
    let nextStep: String

    init(_ status: ExitStatus, _ message: String, next: String) {
        self.status = status
        self.message = message
        nextStep = next
    }
}
