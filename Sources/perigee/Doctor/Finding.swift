import Support

/// What a check found out about one thing: fine, worth knowing, or in the way of a run.
struct Finding: Encodable {
    /// How it stands.
    enum Verdict: String, Encodable {
        case ok, warning, failed

        /// How it looks.
        var tone: Screen.Tone {
            switch self {
            case .ok: .good
            case .warning: .warning
            case .failed: .bad
            }
        }
    }

    /// What was looked at: `api`, `key`, `store`, ...
    var subject: String
    var verdict: Verdict
    /// What was seen, in a sentence without secrets.
    var detail: String
    /// What to do about it; nil where nothing is to be done.
    var nextStep: String?
    /// The code that a run would end with because of it; success unless it failed.
    var exitCode: ExitStatus

    /// Nothing in the way.
    static func ok(_ subject: String, _ detail: String) -> Finding {
        Finding(subject: subject, verdict: .ok, detail: detail, nextStep: nil, exitCode: .success)
    }

    /// A run would go through, but its user should know; nothing in the way where `condition` does not hold.
    static func warning(_ subject: String, _ detail: String, if condition: Bool = true, next: String) -> Finding {
        guard condition else { return .ok(subject, detail) }
        return Finding(subject: subject, verdict: .warning, detail: detail, nextStep: next, exitCode: .success)
    }

    /// A run would end with `status`.
    static func failed(_ subject: String, _ status: ExitStatus, _ detail: String, next: String) -> Finding {
        Finding(subject: subject, verdict: .failed, detail: detail, nextStep: next, exitCode: status)
    }

    /// What a command would have reported.
    static func failed(_ subject: String, _ error: any UserError) -> Finding {
        failed(subject, error.exitStatus, "\(error)", next: error.nextStep)
    }
}
