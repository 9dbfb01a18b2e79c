import ArgumentParser
import NearEarth
import Pipeline
import Warehouse

/// `perigee quality`: is what was published for these days all there?
struct QualityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality", abstract: "Check what is published for a range of days: every day covered, nothing refused, nothing in quarantine.",
        discussion: """
            The last step of a pipeline, after publish. Ends with 65 where a day is not covered or the audit refused a window; open
            quarantine entries are only reported.

            EXAMPLE
              perigee quality --from 2020-02-03 --to 2020-02-10 --json
            """)

    @OptionGroup var days: RangeOptions
    @OptionGroup var place: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let days = days
        try await Session.run(common, place.settings) { session in
            let range = try days.range()
            let store = try await session.openExistingStore()
            let output = try await QualityOutput(range, in: store)
            await store.close()
            Terminal.print(session.json ? JSONText.line(output) : output.text)
            let status = ExitStatus(rawValue: Int32(output.exitCode)) ?? .internalError
            if status != .success { Terminal.note("perigee: error: \(output.trouble)\n  next: run the stages for these days again, see `perigee runs`") }
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
    /// Days that no published window covers.
    var missingDays: [CalendarDate]
    /// Windows that overlap the range and that the audit refused.
    var refused: [String]
    /// Open quarantine entries of windows that overlap the range.
    var openQuarantine: Int
    var contentHash: String

    enum CodingKeys: String, CodingKey {
        case schema, from, to, approaches, hazardous, refused
        case exitCode = "exit_code"
        case missingDays = "missing_days"
        case openQuarantine = "open_quarantine"
        case contentHash = "content_hash"
    }

    init(_ range: DateWindow, in store: any Store) async throws(StoreError) {
        let batches = try await store.batches(run: nil, limit: 100_000).filter { record in
            guard let from = record.from, let to = record.to else { return false }
            return from <= range.to && to >= range.from
        }
        let published = batches.filter { $0.publishedAt != nil }.compactMap { record in record.from.flatMap { from in record.to.map { (from, $0) } } }
        let names = Set(batches.map(\.batch))
        var query = ApproachQuery()
        query.from = range.from
        query.to = range.to
        let rows = try await store.approaches(query)
        from = range.from
        to = range.to
        approaches = rows.count
        hazardous = rows.count { $0.approach.isPotentiallyHazardous }
        missingDays = range.days.filter { day in !published.contains { $0.0 <= day && day <= $0.1 } }
        refused = batches.filter { $0.state == .refused }.map(\.batch).sorted()
        openQuarantine = try await store.quarantine(includingResolved: false, limit: 100_000).count { names.contains($0.batch) }
        contentHash = try await store.contentHash()
        exitCode = Int((missingDays.isEmpty && refused.isEmpty ? ExitStatus.success : .dataRefused).rawValue)
    }

    /// What is wrong, in a sentence.
    var trouble: String {
        let missing = missingDays.isEmpty ? [] : ["\(missingDays.count) days are not published, the first is \(missingDays[0])"]
        return (missing + (refused.isEmpty ? [] : ["the audit refused \(refused.joined(separator: ", "))"])).joined(separator: "; ")
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
