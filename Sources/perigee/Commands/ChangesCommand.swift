import ArgumentParser
import Foundation
import NearEarth
import Support
import Warehouse

extension ApproachChange.Kind: ExpressibleByArgument {}

/// `perigee changes`: what NASA changed its mind about.
struct ChangesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes", abstract: "Show what changed, and by how much, the newest first.",
        discussion: """
            A change is of one approach by one run. Each says which answer of NASA's made it: its file in the landing zone \
            and its SHA-256. An approach that leaves one day and enters another within \(ApproachChange.samePassDays) days is one change, `moved`.

            EXAMPLES
              perigee changes --since 7d
              perigee changes --run 12
              perigee changes --since 12 --until 15 --kind revised --min-shift 0.01
              perigee changes --object 2099942 --since 2026-01-01 --json
            """)

    @Option(help: ArgumentHelp("After this moment: \(Moment.forms). (default: 7d)", valueName: "moment"))
    var since: String?

    @Option(help: ArgumentHelp("Up to this moment, in the same forms; now, where it is left out.", valueName: "moment"))
    var until: String?

    @Option(help: ArgumentHelp("What this run did alone, in place of --since and --until.", valueName: "run"))
    var run: Int64?

    @Option(help: ArgumentHelp("One object: its SPK-ID, number, designation or name.", valueName: "object"))
    var object: String?

    @Option(help: ArgumentHelp("Nearer than so many lunar distances, before or after.", valueName: "ld"))
    var within: Double?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Of these kinds: new, revised, moved, retired, returned.", valueName: "kind"))
    var kind: [ApproachChange.Kind] = []

    @Option(help: ArgumentHelp("Those that move the distance by so many lunar distances or more.", valueName: "ld"))
    var minShift: Double?

    @Option(
        name: .limit,
        help: ArgumentHelp(
            "At most so many changes. (default: \(Approaches.usualLimit) for a table on a terminal)", valueName: "n"))
    var limit: Int?

    @Flag(help: "Print CSV: the columns since, and behind them, as old_..., those that differ as they were.")
    var csv = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        if run != nil, since != nil || until != nil {
            throw ValidationError("--run goes without --since and --until.")
        }
        if csv && options.common.json { throw ValidationError("--csv and --json exclude each other.") }
        if let within, !(within > 0 && within.isFinite) { throw ValidationError("--within is a distance above 0.") }
        if let minShift, !(minShift >= 0 && minShift.isFinite) {
            throw ValidationError("--min-shift is a distance of 0 or more.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    }

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let (output, changes) = try await session.withStore { store in
            let start: Date
            var end: Date?
            if let run {
                let run = try await store.run(run, session)
                start = run.startedAt
                end = run.finishedAt
            } else {
                start = try await MomentOption.moment(since ?? "7d", "--since", store)
                if let until { end = try await MomentOption.moment(until, "--until", store) }
            }
            guard start <= end ?? .distantFuture else {
                throw CommandFailure(
                    .usage, "--since \(since ?? "7d") is after --until \(until ?? "")",
                    next: "give the earlier moment first"
                )
            }
            let wanted = ChangeFilter(kinds: Set(kind), within: within, minShift: minShift, run: run)
            let list = try await store.changes(
                after: start, upTo: end, of: try await store.spkID(object, "--object"))
            return (ChangesOutput(since: start, until: list.until), list.changes.lazy.filter(wanted.includes))
        }
        // A change's details take ten times its memory: they are made one by one.
        let details = changes.prefix(limit ?? .max).lazy.map { ChangeDetails($0) }
        if session.json {
            JSONText.print(output, "changes", details)
        } else if csv {
            Terminal.write(ChangeLines.header)
            for change in details { Terminal.write(ChangeLines.line(change)) }
        } else {
            // A list that scrolls away is of no use to who looks at a terminal.
            let most = limit ?? (Terminal.outputIsTerminal ? Approaches.usualLimit : .max)
            Terminal.print(output.text(details.prefix(most), of: changes.count { _ in true }, session.screen))
        }
        return .success
    }
}

/// `perigee changes --json`: schema `perigee.changes/1`, `changes` before it.
struct ChangesOutput: Encodable {
    var schema = "perigee.changes/1"
    var since: Date
    var until: Date

    /// The same for people: those that are shown, of so many.
    func text(_ changes: some Sequence<ChangeDetails>, of all: Int, _ screen: Screen) -> String {
        let rows = changes.map { change in
            [
                change.publishedAt.toTheMinute, "\(change.run)", change.kind.rawValue,
                "\(change.approach.observationDate)", change.id, change.name, change.orbitingBody,
                change.approach.lunarDistances.map { Decimals.text($0, 2) } ?? "", change.words,
            ]
        }
        guard !rows.isEmpty else { return "No change like that from \(since.toTheSecond) to \(until.toTheSecond) UTC." }
        let table = TextTable(
            [
                .init("published (UTC)", yields: .drop(0)), .init("run", .right, yields: .drop(2)), .init("kind"),
                .init("date (TDB)", yields: .drop(8)), .id, .name, .init("body", yields: .drop(1)),
                .init("LD", .right, yields: .drop(7)),
                .init("what changed", yields: .shorten(6, to: 20)),
            ], rows
        ).text(screen)
        let count = all.counted("change")
        return table + "\n\n"
            + (rows.count < all ? "First \(rows.count) of \(count). --limit shows more, --csv or --json all." : count)
    }
}

extension ChangeDetails {
    /// The differences in a few words.
    var words: String {
        var words: [String] = []
        if let old = differences["observation_date"]?.old { words.append("from \(old)") }
        if let shift {
            func add(_ name: String, _ value: Double?, _ places: Int, _ unit: String) {
                guard let value, value != 0 else { return }
                words.append("\(name) \(value > 0 ? "+" : "")\(Decimals.text(value, places)) \(unit)")
            }
            add("distance", shift.missDistanceLd, 4, "LD")
            add("time", shift.minutes, 0, "min")
            add("speed", shift.velocityKps, 3, "km/s")
            add("H", shift.absoluteMagnitudeH, 2, "mag")
            add("diameter", shift.diameterKmMax, 3, "km")
        }
        for (column, name) in [("is_potentially_hazardous_asteroid", "PHA"), ("is_sentry_object", "Sentry")] {
            guard let difference = differences[column] else { continue }
            func word(_ flag: String?) -> String { flag.map { $0 == "1" ? "yes" : "no" } ?? "unknown" }
            words.append("\(name) \(word(difference.old)) to \(word(difference.new))")
        }
        if let difference = differences["name"] { words.append("name was \(difference.old ?? "")") }
        return words.joined(separator: ", ")
    }
}
