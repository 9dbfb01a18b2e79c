import ArgumentParser
import Landing
import Pipeline
import Support
import Warehouse

/// `perigee doctor`: would a run go through?
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what a run needs: service, key, quota, clock, store, landing.",
        discussion: """
            Changes nothing; spends one request. Ends with the code of the worst finding, 0 where there are only warnings.

            EXAMPLE
              perigee doctor --store postgres://perigee@db.example.org/neo
            """)

    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    /// All checks, in the order of the way of a record.
    static let checks: [any DoctorCheck] = [ServiceCheck(), LandingCheck(), StoreCheck(), SparkCheck()]

    mutating func run() async throws {
        try await Session.run(common, storage.settings.merging(service.settings) { $1 }) { session in
            var findings: [Finding] = []
            for check in Self.checks { findings += await Self.findings(of: check, session) }
            let status = findings.reduce(ExitStatus.success) { ExitStatus.worse($0, $1.status) }
            if session.json {
                Terminal.print(JSONText.line(DoctorOutput(exitCode: Int(status.rawValue), findings: findings)))
            } else {
                Terminal.print(Self.text(findings))
            }
            return status
        }
    }

    /// One check's trouble leaves the others to look.
    private static func findings(of check: any DoctorCheck, _ session: Session) async -> [Finding] {
        do {
            return try await check.look(session)
        } catch let error as any UserError {
            return [.failed(check.subject, error)]
        } catch {
            return [.failed(check.subject, CommandFailure(.internalError, "\(error)", next: "report this"))]
        }
    }

    private static func text(_ findings: [Finding]) -> String {
        let width = findings.map(\.subject.count).max() ?? 0
        return findings.flatMap { finding in
            let lead = finding.verdict.rawValue.padded(to: 8) + finding.subject.padded(to: width + 2)
            return [lead + finding.detail]
                + (finding.nextStep.map { [String(repeating: " ", count: width + 10) + "next: \($0)"] } ?? [])
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

/// `perigee doctor --json`: schema `perigee.doctor/1`.
struct DoctorOutput: Encodable {
    var schema = "perigee.doctor/1"
    var exitCode: Int
    var findings: [Finding]

    enum CodingKeys: String, CodingKey {
        case schema, findings
        case exitCode = "exit_code"
    }
}
