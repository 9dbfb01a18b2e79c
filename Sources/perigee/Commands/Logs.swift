import ArgumentParser
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee logs`: what a run wrote down.
struct Logs: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show a run's log, or that of one of its stages.",
        discussion: "EXAMPLES\n  perigee logs\n  perigee logs 12 --stage extract")

    @Argument(help: .run)
    var number: Int64?

    @Option(
        help: ArgumentHelp(
            "One stage alone: \(Stage.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "stage"))
    var stage: String?

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard stage == nil || stage.flatMap(Stage.init) != nil else {
            throw ValidationError("--stage is one of \(Stage.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let (run, lines) = try await session.withStore { store in
            let run = try await store.run(number, session).id
            return (run, try await store.log(of: run).filter { stage == nil || $0.stage == stage })
        }
        guard !session.json else {
            Terminal.print(JSONText.line(LogsOutput(run: run, lines: lines)))
            return .success
        }
        for line in lines {
            let context = [line.stage, line.batch].compactMap(\.self).joined(separator: " ")
            Terminal.print(
                "\(Timestamp.text(line.at)) \(line.level) \(context.isEmpty ? "" : "[\(context)] ")\(PlainText.visible(line.message))"
            )
        }
        return .success
    }
}

/// `perigee logs --json`: schema `perigee.logs/1`.
struct LogsOutput: Encodable {
    var schema = "perigee.logs/1"
    var run: RunID
    var lines: [LogLine]
}
