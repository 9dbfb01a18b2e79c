import ArgumentParser
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee quality`: is what was published for these days all there?
struct QualityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality",
        abstract: "Check what is published for a range of days: every day covered, nothing refused.",
        discussion: """
            The last step of a pipeline, after publish. Ends with 65 where a day is not covered or the audit refused a window; open
            quarantine entries are only reported.

            EXAMPLE
              perigee quality --from 2020-02-03 --to 2020-02-10 --json
            """)

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let days = days
        try await Session.run(common, storage.settings) { session in
            let range = try days.range()
            let store = try await session.openExistingStore()
            let output = try await QualityOutput(range, in: store)
            await store.close()
            Terminal.print(session.json ? JSONText.line(output) : output.text)
            let status = ExitStatus(rawValue: Int32(output.exitCode)) ?? .internalError
            if status != .success {
                Terminal.note(
                    "perigee: error: \(output.trouble)\n  next: run the stages for these days again, see `perigee runs`"
                )
            }
            return status
        }
    }
}

/// `perigee quality --json`: schema `perigee.quality/1`.
struct QualityOutput: Encodable {
    var schema = "perigee.quality/1"
    var from: CalendarDate
    var to: CalendarDate
    var exitCode: Int
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

    enum CodingKeys: String, CodingKey {
        case schema, from, to, approaches, hazardous, refused
        case exitCode = "exit_code"
        case missingDays = "missing_days"
        case openQuarantine = "open_quarantine"
        case contentHash = "content_hash"
    }

    init(_ range: DateWindow, in store: Store) async throws(StoreError) {
        let coverage = try await store.coverage(of: range)
        from = range.from
        to = range.to
        approaches = coverage.approaches
        hazardous = coverage.hazardous
        missingDays = coverage.missingDays
        refused = coverage.refused
        openQuarantine = coverage.openQuarantine
        contentHash = try await store.contentHash()
        exitCode = Int((missingDays.isEmpty && refused.isEmpty ? ExitStatus.success : .dataRefused).rawValue)
    }

    /// What is wrong, in a sentence.
    var trouble: String {
        let missing =
            missingDays.isEmpty ? [] : ["\(missingDays.count) days are not published, the first is \(missingDays[0])"]
        return (missing + (refused.isEmpty ? [] : ["the audit refused \(refused.joined(separator: ", "))"])).joined(
            separator: "; ")
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
