import ArgumentParser
import Foundation
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
            LD are NeoWs's lunar distances (384,570 km). JSON and CSV give every digit that NASA sent, and are written while they are read.

            EXAMPLES
              perigee approaches --from 2020-02-03 --to 2020-02-10 --sort distance
              perigee approaches --object Apophis
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

    @Option(help: ArgumentHelp("One object: its SPK-ID, number, designation or name.", valueName: "object"))
    var object: String?

    @Option(help: ArgumentHelp("One body: Earth, Venus, Mars, Merc, Juptr, Moon.", valueName: "body"))
    var body: String?

    @Option(help: ArgumentHelp("Order: date, distance, velocity, size, magnitude or name.", valueName: "order"))
    var sort = ApproachQuery.Order.date

    @Option(
        name: .limit,
        help: ArgumentHelp("At most so many rows. (default: \(usualLimit) for a table on a terminal)", valueName: "n"))
    var limit: Int?

    @Option(help: .asOf) var asOf: String?

    @Flag(help: "Print CSV; without --fields, the processed file's columns.")
    var csv = false

    @Flag(help: "Print an object of JSON a line.")
    var ndjson = false

    @Option(
        help: ArgumentHelp(
            "Columns of JSON and CSV, with commas between: \(ApproachField.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "names"))
    var fields: String?

    @OptionGroup var options: StoreOptions

    /// Rows that a terminal shows where no limit is given.
    static let usualLimit = 50

    func validate() throws {
        guard [csv, ndjson, options.common.json].count(where: { $0 }) <= 1 else {
            throw ValidationError("--csv, --json and --ndjson exclude each other.")
        }
        guard fields == nil || format != nil else {
            throw ValidationError("--fields goes with --csv, --json or --ndjson.")
        }
        if let within, !(within > 0 && within.isFinite) { throw ValidationError("--within is a distance above 0.") }
        if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    }

    private var format: ApproachFormat? {
        if csv { return .csv }
        if ndjson { return .ndjson }
        return options.common.json ? .json : nil
    }

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let (query, fields) = (try query(), try wantedFields())
        try await session.withStore { store in
            var query = query
            query.id = try await store.spkID(object, "--object")
            query.asOf = try await MomentOption.cut(asOf, store)
            if let format { return try await format.write(query, fields, store) }
            try await Self.show(query, store, session)
        }
        return .success
    }

    /// The table, and below it how many there are.
    private static func show(_ query: ApproachQuery, _ store: Store, _ session: Session) async throws {
        var query = query
        // A list that scrolls away is of no use to who looks at a terminal.
        let isBounded = query.limit == nil && Terminal.outputIsTerminal
        if isBounded { query.limit = usualLimit + 1 }
        let found = try await store.approaches(query).map(\.approach)
        let shown = isBounded ? Array(found.prefix(usualLimit)) : found
        if !shown.isEmpty { Terminal.print(ApproachTable.text(shown, session.screen) + "\n") }
        guard shown.count < found.count else {
            Terminal.print(found.isEmpty ? "No approaches found." : found.count.counted("approach", "approaches"))
            if found.isEmpty { OrbitingBody.warn(of: query.orbitingBody) }
            return
        }
        query.limit = nil
        let all =
            query.asOf == nil ? " of \(try await store.count(query).counted("approach", "approaches"))" : " approaches"
        Terminal.print("First \(shown.count)\(all). --limit shows more, --csv or --json all.")
    }

    private func wantedFields() throws -> Set<ApproachField>? {
        try fields.map { names in
            Set(
                try names.split(separator: ",", omittingEmptySubsequences: false).map { name in
                    guard let field = ApproachField(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
                        throw CommandFailure(
                            .usage, "--fields: there is no column \(name.isEmpty ? "without a name" : String(name))",
                            next: "give some of \(ApproachField.allCases.map(\.rawValue).joined(separator: ", "))")
                    }
                    return field
                })
        }
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
        query.orbitingBody = body.map(OrbitingBody.name)
        query.order = sort
        query.limit = limit
        return query
    }
}

extension OrbitingBody {
    /// Tells that nothing was found because there is no such body.
    static func warn(of body: String?) {
        guard let body, !names.contains(body) else { return }
        Terminal.warn("--body \(body) is no body that NASA lists", next: "give one of \(names.joined(separator: ", "))")
    }
}
