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
            A change is of one approach by one run. Each says which answer of NASA's made it: its file in the landing zone
            and its SHA-256. An approach that leaves one day and enters another within \(ApproachChange.samePassDays) days is one change, `moved`.

            EXAMPLES
              perigee changes --since 7d
              perigee changes --since 12 --until 15 --kind revised --min-shift 0.01
              perigee changes --object 2099942 --since 2026-01-01 --json
            """)

    @Option(help: ArgumentHelp("After this moment: \(MomentOption.forms).", valueName: "moment"))
    var since = "7d"

    @Option(help: ArgumentHelp("Up to this moment, in the same forms; now, where it is left out.", valueName: "moment"))
    var until: String?

    @Option(help: ArgumentHelp("One object, by SPK-ID.", valueName: "spk-id"))
    var object: String?

    @Option(help: ArgumentHelp("Nearer than so many lunar distances, before or after.", valueName: "ld"))
    var within: Double?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Of these kinds: new, revised, moved, retired, returned.", valueName: "kind"))
    var kind: [ApproachChange.Kind] = []

    @Option(help: ArgumentHelp("Those that move the distance by so many lunar distances or more.", valueName: "ld"))
    var minShift: Double?

    @OptionGroup var options: StoreOptions

    func validate() throws {
        if let within, !(within > 0 && within.isFinite) { throw ValidationError("--within is a distance above 0.") }
        if let minShift, !(minShift >= 0 && minShift.isFinite) {
            throw ValidationError("--min-shift is a distance of 0 or more.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        let output = try await session.withStore { store in
            let start = try await MomentOption.moment(since, "--since", store)
            var end = Date()
            if let until { end = try await MomentOption.moment(until, "--until", store) }
            guard start <= end else {
                throw CommandFailure(
                    .usage, "--since \(since) is after --until \(until ?? "now")", next: "give the earlier moment first"
                )
            }
            let changes = try await store.changes(after: start, upTo: end, of: object).filter(isWanted)
            return ChangesOutput(since: start, until: end, changes: changes.map(ChangeOutput.init))
        }
        session.print(output, text: output.text)
        return .success
    }

    private func isWanted(_ change: ApproachChange) -> Bool {
        if !kind.isEmpty, !kind.contains(change.kind) { return false }
        let distances = [change.before, change.after].compactMap { $0?.lunarDistances }
        if let within, !distances.contains(where: { $0 <= within }) { return false }
        if let minShift, distances.count < 2 || abs(distances[1] - distances[0]) < minShift { return false }
        return true
    }
}

extension CloseApproach {
    /// The nominal miss distance in NeoWs's lunar distances.
    fileprivate var lunarDistances: Double? {
        Double(missDistanceKilometers).map { $0 / Units.kilometersPerLunarDistance }
    }
}

/// `perigee changes --json`: schema `perigee.changes/1`.
struct ChangesOutput: Encodable {
    var schema = "perigee.changes/1"
    var since: Date
    var until: Date
    var changes: [ChangeOutput]

    /// The same for people.
    var text: String {
        guard !changes.isEmpty else {
            return "Nothing changed from \(since.toTheSecond) to \(until.toTheSecond) UTC."
        }
        let table = TextTable.text(
            [
                ("published (UTC)", .left), ("run", .right), ("kind", .left), ("date (TDB)", .left),
                ("SPK-ID", .left), ("name", .left), ("body", .left), ("LD", .right), ("what changed", .left),
            ],
            changes.map { change in
                [
                    change.publishedAt.toTheSecond, "\(change.run)", change.kind.rawValue,
                    "\(change.approach.observationDate)", change.id, change.name, change.orbitingBody,
                    change.approach.lunarDistances.map { Decimals.text($0, 2) } ?? "", change.words,
                ]
            })
        return table + "\n\n\(changes.count) change\(changes.count == 1 ? "" : "s")"
    }
}

/// A change as it is printed; decimals are texts with NASA's digits.
struct ChangeOutput: Encodable {
    var kind: ApproachChange.Kind
    var run: RunID
    var publishedAt: Date
    var saidAt: Date
    var file: String
    var sha256: String
    var id: String
    var name: String
    var orbitingBody: String
    /// The approach now, or as it was before it was retired; and the values of its columns.
    let approach: CloseApproach
    var columns: [String: String]
    /// The columns that differ, where there is an old and a new value.
    var differences: [String: Difference] = [:]
    /// New less old; nil where there are not both.
    var shift: Shift?

    struct Difference: Encodable {
        var old: String?
        var new: String?
    }

    /// Differences in the units of the columns, lunar distances and minutes.
    struct Shift: Encodable {
        var missDistanceKm: Double?
        var missDistanceLd: Double?
        var minutes: Double?
        var velocityKps: Double?
        var absoluteMagnitudeH: Double?
        var diameterKmMax: Double?
    }

    private enum CodingKeys: String, CodingKey {
        case kind, run, publishedAt, saidAt, file, sha256, id, name, orbitingBody, columns, differences, shift
    }

    init(_ change: ApproachChange) {
        kind = change.kind
        (run, publishedAt, saidAt) = (change.run, change.publishedAt, change.saidAt)
        (file, sha256) = (change.file, change.sha256)
        approach = change.approach
        (id, name, orbitingBody) = (approach.id, approach.name, approach.orbitingBody)
        let stated = zip(ApproachColumn.export, approach.facts.values ?? [])
        columns = Dictionary(stated.compactMap { column, value in value.map { (column.name, $0) } }) { first, _ in first
        }
        guard let before = change.before, let after = change.after else { return }
        let values = zip(before.facts.values ?? [], after.facts.values ?? [])
        for (column, (old, new)) in zip(ApproachColumn.export, values) where old != new {
            differences[column.name] = Difference(old: old, new: new)
        }
        func difference(_ value: (CloseApproach) -> String?) -> Double? {
            guard let old = value(before).flatMap(Double.init), let new = value(after).flatMap(Double.init) else {
                return nil
            }
            return new - old
        }
        let kilometers = difference(\.missDistanceKilometers)
        shift = Shift(
            missDistanceKm: kilometers, missDistanceLd: kilometers.map { $0 / Units.kilometersPerLunarDistance },
            minutes: difference { $0.epochMilliseconds.map(String.init) }.map { $0 / 60_000 },
            velocityKps: difference(\.velocityKilometersPerSecond),
            absoluteMagnitudeH: difference(\.absoluteMagnitude), diameterKmMax: difference(\.diameterMaxKilometers))
    }

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
