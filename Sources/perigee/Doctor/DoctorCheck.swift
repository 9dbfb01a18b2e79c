import Support

/// A thing that a run needs. One file each in this folder; the list of all is `Doctor.checks`.
protocol DoctorCheck: Sendable {
    /// What its findings are about, where it can't even begin.
    var subject: String { get }
    /// Looks, and leaves no trace. A `CommandFailure` that is thrown becomes the finding.
    func look(_ session: Session) async throws -> [Finding]
}
