import ArgumentParser
import Foundation
import NearEarth
import Scheduling

/// When `perigee serve` is due, and what happens when things go wrong.
struct ScheduleOptions: ParsableArguments {
    @Option(.every) var every: String?
    @Option(.cron) var cron: String?
    @Option(.timeZone) var timeZone: String?
    @Option(.start) var start: String?
    @Flag(inversion: .prefixedNo, help: .setting(.catchup)) var catchup: Bool?
    @Option(.lookBack) var lookBack: String?
    @Option(.ahead) var ahead: String?
    @Option(.misfire) var misfire: String?
    @Option(.misfireGrace) var misfireGrace: String?
    @Option(.retries) var retries: String?
    @Option(.retryDelay) var retryDelay: String?
    @Option(.stageTimeout) var stageTimeout: String?

    var settings: [Setting: String] {
        [
            .every: every, .cron: cron, .timeZone: timeZone, .start: start, .catchup: catchup.map(String.init),
            .lookBack: lookBack, .ahead: ahead, .misfire: misfire, .misfireGrace: misfireGrace, .retries: retries,
            .retryDelay: retryDelay, .stageTimeout: stageTimeout,
        ].compactMapValues(\.self)
    }
}

extension Settings {
    /// The schedule that the settings describe, checked.
    func schedule() throws -> (definition: ScheduleDefinition, start: Date?) {
        let cron = self[.cron]
        var definition = ScheduleDefinition(every: cron.isEmpty ? self[.every] : nil, cron: cron.isEmpty ? nil : cron)
        definition.timeZone = self[.timeZone]
        definition.catchup = try flag(.catchup)
        definition.lookBack = try count(.lookBack)
        definition.ahead = try count(.ahead)
        definition.misfire = try word(.misfire)
        definition.misfireGrace = Int(try duration(.misfireGrace).components.seconds)
        definition.retries = try count(.retries)
        definition.retryDelay = Int(try duration(.retryDelay).components.seconds)
        definition.stageTimeout = Int(try duration(.stageTimeout).components.seconds)
        _ = try definition.recurrence(from: Date())
        let text = self[.start]
        guard !text.isEmpty else { return (definition, nil) }
        let zone = TimeZone(identifier: definition.timeZone) ?? .gmt
        let midnight = Date(
            timeIntervalSince1970: Double(try DateOption.day(text, name(.start)).daysSinceEpoch) * 86_400)
        return (definition, midnight.addingTimeInterval(-Double(zone.secondsFromGMT(for: midnight))))
    }
}
