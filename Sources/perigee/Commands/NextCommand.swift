import ArgumentParser
import Foundation
import NearEarth
import Support
import Warehouse

/// `perigee next`: what is coming.
struct NextCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Show the coming approaches, the soonest first, with the time to go.",
        discussion: """
            The store has to hold coming days: `perigee run --ahead 60` asks NASA for them. Dates are TDB, as NASA's, which is 69 seconds \
            ahead of UTC; the time to go takes that into account.

            EXAMPLES
              perigee next
              perigee next --within 1 --days 30
            """)

    @Option(help: ArgumentHelp("At most so many lunar distances away.", valueName: "ld"))
    var within: Double?

    @Option(help: ArgumentHelp("Within so many days.", valueName: "n"))
    var days = 60

    @Option(help: ArgumentHelp("One body: Earth, Venus, Mars, Merc, Juptr, Moon.", valueName: "body"))
    var body = "Earth"

    @Option(name: .limit, help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit = 20

    @OptionGroup var options: StoreOptions

    func validate() throws {
        if let within, !(within > 0 && within.isFinite) { throw ValidationError("--within is a distance above 0.") }
        guard (1...3660).contains(days) else { throw ValidationError("--days is 1 to 3660.") }
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let now = Date()
        var query = ApproachQuery()
        query.withinLunarDistances = within
        query.orbitingBody = OrbitingBody.name(body)
        let (all, missing) = try await session.withStore { [query] store in
            let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(now))
            return (
                try await store.coming(query, days: days, limit: .max, now: now),
                try await store.coverage(of: DateWindow(from: today, to: today.adding(days: days))).missingDays
            )
        }
        let coming = Array(all.prefix(limit))
        guard !session.json else {
            let members = NextOutput(now: now, count: coming.count, missingDays: missing)
            let line = JSONText.line(members, adding: ["approaches": JSONText.list(coming.map(\.json))])
            Terminal.print(String(decoding: line, as: UTF8.self))
            return .success
        }
        Terminal.print(Self.text(coming, session.screen))
        if coming.isEmpty { OrbitingBody.warn(of: query.orbitingBody) }
        if all.count > limit { Terminal.print("\n\(limit) of \(all.count) within \(days) days; --limit shows more") }
        // A gap must not look like an empty sky.
        if let first = missing.first {
            Terminal.warn(
                "\(missing.count) of these \(days + 1) days are not in the store, the first is \(first)",
                next: "run `perigee run --ahead \(min(days, 366))`")
        }
        return .success
    }

    private static func text(_ coming: [ComingApproach], _ screen: Screen) -> String {
        guard !coming.isEmpty else { return "The store has no coming approach like that." }
        return TextTable(
            [
                // How long it takes says the day, too.
                .init("time to go", .right), .init("date (TDB)", yields: .drop(9)), .id, .name, .distance, .speed,
                .magnitude, .size, .flags,
            ],
            coming.map { one in
                let approach = one.approach
                return [
                    one.secondsToGo.map(timeToGo) ?? "", approach.approachDateFull ?? "\(approach.observationDate)",
                    approach.id, approach.name, approach.distanceText, approach.speedText,
                    approach.absoluteMagnitude ?? "", approach.sizeText, approach.flagsText,
                ]
            }
        ).text(screen)
    }

    /// `3 d 4 h`, `4 h 5 min`, `5 min`
    private static func timeToGo(_ seconds: Int) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min"
    }
}

/// `perigee next --json`: schema `perigee.next/1`; beside it `approaches`, each with NASA's digits.
struct NextOutput: Encodable {
    var schema = "perigee.next/1"
    var now: Date
    var count: Int
    var missingDays: [CalendarDate]
}
