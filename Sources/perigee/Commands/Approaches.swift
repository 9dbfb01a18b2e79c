import ArgumentParser
import NearEarth
import Support
import Transform
import Warehouse

extension ApproachQuery.Order: ExpressibleByArgument {}

/// `perigee approaches`: look at the data.
struct Approaches: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "approaches", abstract: "Show published approaches as a table, JSON or CSV.",
        discussion: """
            LD are NeoWs's lunar distances (384,570 km). JSON and CSV give every digit that NASA sent.

            EXAMPLES
              perigee approaches --from 2020-02-03 --to 2020-02-10 --sort distance
              perigee approaches --hazardous --within 10 --json
              perigee approaches --csv > approaches.csv
              perigee approaches --within 1 --as-of 2026-01-01
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

    @Option(help: .asOf) var asOf: String?

    @Flag(help: "Print CSV with the processed file's columns.")
    var csv = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        if csv && options.common.json { throw ValidationError("--csv and --json exclude each other.") }
        if let within, !(within > 0 && within.isFinite) { throw ValidationError("--within is a distance above 0.") }
        if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        let query = try query()
        let found = try await session.withStore { store in
            var query = query
            query.asOf = try await MomentOption.cut(asOf, store)
            return try await store.approaches(query)
        }
        if csv {
            let lines = found.map { $0.approach.record + "\r" }.joined(separator: "\n")
            Terminal.print(ProcessedCSV.columns.joined(separator: ",") + "\r\n" + lines)
        } else {
            let count = "\n\(found.count) approach\(found.count == 1 ? "" : "es")"
            session.print(
                ApproachesOutput(count: found.count, approaches: found), text: ApproachTable.text(found) + count)
        }
        return .success
    }

    private func query() throws -> ApproachQuery {
        var query = ApproachQuery()
        query.from = try from.map { try DateOption.day($0, "--from") }
        query.to = try to.map { try DateOption.day($0, "--to") }
        if let from = query.from, let to = query.to, from > to {
            throw CommandFailure(.usage, "--from \(from) is after --to \(to)", next: "give the earlier day first")
        }
        query.hazardousOnly = hazardous
        query.sentryOnly = sentry
        query.withinLunarDistances = within
        query.id = object
        query.orbitingBody = body.map(OrbitingBody.name)
        query.order = sort
        query.limit = limit
        return query
    }
}
