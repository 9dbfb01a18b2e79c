import ArgumentParser
import Pipeline
import Support

/// `perigee backfill`: any range of days, a window at a time.
struct Backfill: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Fill in any range of days; resumable, within the quota.",
        discussion: """
            A year is 46 requests; NASA allows 1,000 an hour (DEMO_KEY 30). Stopped anywhere, the same command goes on where it was. It never \
            moves the schedule's checkpoint.

            EXAMPLES
              perigee backfill --from 2020-01-01 --to 2020-12-31
              perigee backfill --from 1950-01-01 --to 2030-12-31 --max-wait 12h
            """)

    @Option(help: ArgumentHelp("First day, YYYY-MM-DD.", valueName: "date"))
    var from: String

    @Option(help: ArgumentHelp("Last day, included.", valueName: "date"))
    var to: String

    @OptionGroup var options: PipelineOptions

    func run(_ session: Session) async throws -> ExitStatus {
        var days = RangeOptions()
        days.from = from
        days.to = to
        var plan = Plan(command: "backfill", range: try days.range())
        options.apply(to: &plan)
        return try await session.carryOut(plan)
    }
}
