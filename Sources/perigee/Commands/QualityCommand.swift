import ArgumentParser
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee quality`: is what was published for these days all there?
struct QualityCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality",
        abstract: "Check what is published for a range of days: every day covered, nothing refused.",
        discussion: """
            The last step of a pipeline, after publish. Ends with 65 where a day is not covered or the audit refused a window, with --strict \
            also where the range has no approach, with --minimum where it has fewer. Open quarantine entries are only reported.

            EXAMPLE
              perigee quality --from 2020-02-03 --to 2020-02-10 --json
            """)

    @OptionGroup var days: RangeOptions
    @OptionGroup var demand: DemandOptions
    @OptionGroup var options: StoreOptions

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let range = try days.range()
        let (found, contentHash) = try await session.withStore { store in
            (try await store.coverage(of: range), try await store.contentHash())
        }
        let least = max(demand.minimum ?? 0, demand.strict ? 1 : 0)
        let isSound = found.missingDays.isEmpty && found.refused.isEmpty && found.approaches >= least
        let output = QualityOutput(
            from: range.from, to: range.to, exitCode: isSound ? .success : .dataRefused, minimum: least,
            approaches: found.approaches, hazardous: found.hazardous, missingDays: found.missingDays,
            refused: found.refused, openQuarantine: found.openQuarantine, contentHash: contentHash)
        session.print(output, text: output.text)
        if output.exitCode != .success {
            Terminal.error(
                CommandFailure(
                    output.exitCode, output.trouble,
                    next:
                        "`perigee run --from \(range.from) --to \(range.to)` asks for what is missing; see `perigee runs`"
                ))
        } else if found.approaches == 0 {
            Terminal.warn("\(range) has no approach at all", next: "--strict ends with 65 then")
        }
        return output.exitCode
    }
}

/// `perigee quality --json`: schema `perigee.quality/1`.
struct QualityOutput: Encodable {
    var schema = "perigee.quality/1"
    var from: CalendarDate
    var to: CalendarDate
    var exitCode: ExitStatus
    /// How many approaches were demanded.
    var minimum: Int
    /// Rows of `nasa_neo_data` in the range.
    var approaches: Int
    /// Potentially hazardous ones among them.
    var hazardous: Int
    /// Days that no published body lists.
    var missingDays: [CalendarDate]
    /// Windows whose newest answer was refused, with nothing newer published.
    var refused: [String]
    /// Open quarantine entries of these days.
    var openQuarantine: Int
    var contentHash: String

    /// What is wrong, in a sentence.
    var trouble: String {
        let missing = missingDays.first.map { "\(missingDays.count) days are not published, the first is \($0)" }
        let refused = refused.isEmpty ? nil : "the audit refused \(refused.joined(separator: ", "))"
        let few =
            approaches < minimum
            ? "there are \(approaches.counted("approach", "approaches")), and \(minimum) at least are demanded" : nil
        return [missing, refused, few].compactMap(\.self).joined(separator: "; ")
    }

    /// The same for people.
    var text: String {
        """
        Days:         \(from) to \(to), \(missingDays.isEmpty ? "all published" : "\(missingDays.count) not published")
        Approaches:   \(approaches), \(hazardous) potentially hazardous
        Refused:      \(refused.isEmpty ? "none" : refused.joined(separator: ", "))
        Quarantine:   \(openQuarantine) open
        Content hash: \(contentHash)
        """
    }
}
