import ArgumentParser
import Foundation
import NearEarth
import Pipeline
import Scheduling
import Support

/// When `perigee serve` is due, and what happens when things go wrong.
struct ScheduleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Interval between runs: 7d, 12h, 30m. (default: 7d)", valueName: "interval"))
    var every: String?

    @Option(help: ArgumentHelp("Cron expression of five fields, in place of --every: '0 6 * * 1'.", valueName: "expression"))
    var cron: String?

    @Option(help: ArgumentHelp("Time zone of both, by its IANA name. (default: UTC)", valueName: "zone"))
    var timeZone: String?

    @Option(help: ArgumentHelp("First day, YYYY-MM-DD: what is due before is not run. (default: when it was first served)", valueName: "date"))
    var start: String?

    @Flag(inversion: .prefixedNo, help: "Run every turn that was missed, the oldest first, instead of the newest alone. (default: --no-catchup)")
    var catchup: Bool?

    @Option(help: ArgumentHelp("Days before a run's own that are asked for again: NASA revises past days. (default: 7)", valueName: "days"))
    var lookBack: Int?

    @Option(help: ArgumentHelp("What to do, without catch-up, with a turn that comes too late: run or skip. (default: run)", valueName: "what"))
    var misfire: String?

    @Option(help: ArgumentHelp("How late a turn may come before --misfire decides. (default: 1h)", valueName: "time"))
    var misfireGrace: String?

    @Option(help: ArgumentHelp("How often a stage that failed is tried again, 0 to 20. (default: 2)", valueName: "n"))
    var retries: Int?

    @Option(help: ArgumentHelp("Pause before the first retry; it doubles each time. (default: 1m)", valueName: "time"))
    var retryDelay: String?

    @Option(help: ArgumentHelp("Bound on a stage of one window; 0 for none. (default: 1h)", valueName: "time"))
    var stageTimeout: String?

    var settings: [Setting: String] {
        [
            .every: every, .cron: cron, .timeZone: timeZone, .start: start, .catchup: catchup.map(String.init), .lookBack: lookBack.map(String.init),
            .misfire: misfire, .misfireGrace: misfireGrace, .retries: retries.map(String.init), .retryDelay: retryDelay, .stageTimeout: stageTimeout,
        ].compactMapValues { $0 }
    }
}

extension Settings {
    /// The schedule that the settings describe, checked.
    func schedule() throws -> (definition: ScheduleDefinition, start: Date?) {
        let cron = self[.cron]
        var definition = ScheduleDefinition(every: cron.isEmpty ? self[.every] : nil, cron: cron.isEmpty ? nil : cron)
        definition.timeZone = self[.timeZone]
        definition.catchup = try flag(.catchup)
        definition.lookBack = try count(.lookBack, in: 0...366)
        definition.misfire = try word(.misfire, ScheduleDefinition.Misfire.self)
        definition.misfireGrace = Int(try duration(.misfireGrace).components.seconds)
        definition.retries = try count(.retries, in: 0...20)
        definition.retryDelay = Int(try duration(.retryDelay).components.seconds)
        definition.stageTimeout = Int(try duration(.stageTimeout).components.seconds)
        do {
            _ = try definition.recurrence(from: Date())
        } catch {
            throw CommandFailure(error.exitStatus, "\(error)", next: "check --every, --cron and --time-zone")
        }
        let text = self[.start]
        guard !text.isEmpty else { return (definition, nil) }
        let zone = TimeZone(identifier: definition.timeZone) ?? .gmt
        let midnight = Date(timeIntervalSince1970: Double(try DateOption.day(text, "--start").daysSinceEpoch) * 86_400)
        return (definition, midnight.addingTimeInterval(-Double(zone.secondsFromGMT(for: midnight))))
    }
}

extension ScheduleDefinition {
    /// When it is due, for people.
    var text: String { (cron.map { "cron \($0)" } ?? "every \(every ?? "7d")") + ", \(timeZone)" }

    /// The days that a run for these asks for: the look-back comes before them.
    func range(_ window: DateWindow) -> DateWindow { DateWindow(from: window.from.adding(days: -lookBack), to: window.to) }

    /// How its runs deal with failures.
    var policy: StagePolicy {
        StagePolicy(attempts: retries + 1, delay: .seconds(retryDelay), timeout: stageTimeout > 0 ? .seconds(stageTimeout) : nil)
    }
}
