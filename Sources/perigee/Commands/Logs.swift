import ArgumentParser
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee logs`: what a run wrote down.
struct Logs: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show a run's log, or that of one of its stages.",
        discussion: "EXAMPLE\n  perigee logs 12 --stage extract")

    @Argument(help: ArgumentHelp("The run's number, as `perigee runs` lists it.", valueName: "run"))
    var number: Int64

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
        let lines = try await session.withStore { store in
            _ = try await store.existingRun(number)
            return try await store.log(of: number).filter { stage == nil || $0.stage == stage }
        }
        guard !session.json else {
            Terminal.print(JSONText.line(LogsOutput(run: number, lines: lines)))
            return .success
        }
        for line in lines {
            let context = [line.stage, line.batch].compactMap(\.self).joined(separator: " ")
            Terminal.print(
                "\(Timestamp.text(line.at)) \(line.level) \(context.isEmpty ? "" : "[\(context)] ")\(line.message)")
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
