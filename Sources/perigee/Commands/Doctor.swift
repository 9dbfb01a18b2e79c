import ArgumentParser
import Foundation
import Support

/// `perigee doctor`: would a run go through?
struct Doctor: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what a run needs: service, key, quota, clock, store, landing.",
        discussion: """
            Changes nothing; spends one request. Ends with the code of the worst finding, 0 where there are only warnings.

            EXAMPLE
              perigee doctor --store postgres://perigee@db.example.org/neo
            """)

    @OptionGroup var options: WorkOptions

    /// All checks, in the order of the way of a record, each with what its findings are about where it can't even begin.
    /// A check looks and leaves no trace.
    private static let checks: [(subject: String, look: @Sendable (Session) async throws -> [Finding])] = [
        ("api", ServiceCheck.look), ("landing", LandingCheck.look), ("store", StoreCheck.look),
        ("spark", SparkCheck.look),
    ]

    func run(_ session: Session) async throws -> ExitStatus {
        var findings: [Finding] = []
        for check in Self.checks {
            // One check's trouble leaves the others to look.
            do {
                findings += try await check.look(session)
            } catch {
                let failure = CommandFailure(.internalError, "\(error)", next: "report this")
                findings.append(.failed(check.subject, (error as? any UserError) ?? failure))
            }
        }
        let status = findings.reduce(.success) { ExitStatus.worse($0, $1.exitCode) }
        session.print(DoctorOutput(exitCode: status, findings: findings), text: Self.text(findings, session.screen))
        return status
    }

    private static func text(_ findings: [Finding], _ screen: Screen) -> String {
        let width = findings.map(\.subject.count).max() ?? 0
        return findings.flatMap { finding in
            func padded(_ text: String, _ width: Int) -> String {
                text.padding(toLength: width, withPad: " ", startingAt: 0)
            }
            let indent = width + 10
            let verdict = screen.text(padded(finding.verdict.rawValue, 8), finding.verdict.tone)
            let next = finding.nextStep.map {
                String(repeating: " ", count: indent) + screen.wrapped("next: \($0)", indent: indent)
            }
            return [verdict + padded(finding.subject, width + 2) + screen.wrapped(finding.detail, indent: indent)]
                + [next].compactMap(\.self)
        }.joined(separator: "\n")
    }
}

/// `perigee doctor --json`: schema `perigee.doctor/1`.
struct DoctorOutput: Encodable {
    var schema = "perigee.doctor/1"
    var exitCode: ExitStatus
    var findings: [Finding]
}
