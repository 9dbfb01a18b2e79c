import ArgumentParser
import NearEarth
import Pipeline
import Support
import Transform
import Warehouse

extension ApproachQuery.Order: ExpressibleByArgument {}

/// `perigee approaches`: look at the data.
struct Approaches: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approaches", abstract: "Show published approaches as a table, JSON or CSV.",
        discussion: """
            LD are NeoWs's lunar distances (384,570 km). JSON and CSV give every digit that NASA sent.

            EXAMPLES
              perigee approaches --from 2020-02-03 --to 2020-02-10 --sort distance
              perigee approaches --hazardous --within 10 --json
              perigee approaches --csv > approaches.csv
            """)

    @Option(help: ArgumentHelp("First day, YYYY-MM-DD.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last day, included.", valueName: "date"))
    var to: String?

    @Flag(help: "Potentially hazardous asteroids alone.")
    var hazardous = false

    @Flag(help: "Objects on JPL's Sentry list alone.")
    var sentry = false

    @Option(help: ArgumentHelp("Nearer than so many lunar distances.", valueName: "ld"))
    var within: Double?

    @Option(help: ArgumentHelp("One object, by SPK-ID.", valueName: "spk-id"))
    var object: String?

    @Option(help: ArgumentHelp("One body: Earth, Venus, Mars, Merc, Juptr, Moon.", valueName: "body"))
    var body: String?

    @Option(help: ArgumentHelp("Order: date, distance, velocity, size, magnitude or name.", valueName: "order"))
    var sort = ApproachQuery.Order.date

    @Option(help: ArgumentHelp("At most so many rows.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Print CSV with the processed file's columns.")
    var csv = false

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if csv && common.json { throw ValidationError("--csv and --json exclude each other.") }
        if let within, !(within > 0 && within.isFinite) { throw ValidationError("--within is a distance above 0.") }
        if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    }

    mutating func run() async throws {
        let command = self
        try await Session.run(common, storage.settings) { session in
            var query = ApproachQuery()
            query.from = try command.from.map { try DateOption.day($0, "--from") }
            query.to = try command.to.map { try DateOption.day($0, "--to") }
            if let from = query.from, let to = query.to, from > to {
                throw CommandFailure(.usage, "--from \(from) is after --to \(to)", next: "give the earlier day first")
            }
            query.hazardousOnly = command.hazardous
            query.sentryOnly = command.sentry
            query.withinLunarDistances = command.within
            query.id = command.object
            query.orbitingBody = command.body
            query.order = command.sort
            query.limit = command.limit
            let store = try await session.openExistingStore()
            let found = try await store.approaches(query)
            await store.close()
            if session.json {
                Terminal.print(JSONText.line(ApproachesOutput(found)))
            } else if command.csv {
                Terminal.print(
                    (ProcessedCSV.columns.joined(separator: ",") + "\r\n"
                        + found.map { $0.approach.record + "\r" }.joined(separator: "\n")))
            } else {
                Terminal.print(ApproachTable.text(found) + "\n\(found.count) approach\(found.count == 1 ? "" : "es")")
            }
            return .success
        }
    }
}
