import ArgumentParser
import Foundation
import NearEarth
import NeoWs
import Scheduling
import Support

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
    @Option(.onFailure) var onFailure: String?

    var settings: [Setting: String] {
        [
            .every: every, .cron: cron, .timeZone: timeZone, .start: start, .catchup: catchup.map(String.init),
            .lookBack: lookBack, .ahead: ahead, .misfire: misfire, .misfireGrace: misfireGrace, .retries: retries,
            .retryDelay: retryDelay, .stageTimeout: stageTimeout, .onFailure: onFailure,
        ].compactMapValues(\.self)
    }
}

extension Settings {
    /// NASA's quota: requests an hour with a key of one's own, and with DEMO_KEY
    /// (https://api.nasa.gov, "Rate limits").
    private static let quota = (own: 1000, demo: 30)
    /// Refuses turns that come faster than the quota of an hour lets them be carried out.
    private func requireQuota(for definition: ScheduleDefinition) throws {
        // Another service has a quota of its own.
        guard ServiceURL.isNASAs(self[.apiUrl]) else { return }
        let isDemo = try apiKey().isDemo
        let quota = isDemo ? Self.quota.demo : Self.quota.own
        // A window of 8 days is a request.
        let requests = (definition.lookBack + definition.ahead + 8) / 8
        let least = (3600 * requests + quota - 1) / quota
        let why =
            "a turn takes \(requests.counted("request")), and \(isDemo ? "DEMO_KEY" : "a key") allows \(quota) an hour"
        let key = isDemo ? ", or a key of your own in NASA_API_KEY" : ""
        if let every = definition.every,
            try definition.recurrence(from: Date()).hasMore(
                than: 1, withinSeconds: least, from: Date())
        {
            throw CommandFailure(
                .usage, "\(name(.every)) \(every) is too short: \(why)",
                next: "give --every \((least + 59) / 60)m or more\(key)")
        }
        // Turns that come close to each other have the quota of an hour, or, where one takes more, that of several.
        let most = max(1, quota / requests)
        if let cron = definition.cron,
            try definition.recurrence(from: Date()).hasMore(
                than: most, withinSeconds: max(3600, least), from: Date())
        {
            let span = least > 3600 ? "\((least + 59) / 60) minutes" : "an hour"
            throw CommandFailure(
                .usage, "\(name(.cron)) \(cron) comes too often: \(why)",
                next:
                    "name times of which at most \(most) come within \(span), ask for fewer days (--look-back, --ahead)\(key)"
            )
        }
    }

    /// The schedule that the settings describe, checked.
    func schedule() throws -> (definition: ScheduleDefinition, start: Date?) {
        let cron = self[.cron]
        if !cron.isEmpty, given(.every).source != nil {
            throw CommandFailure(
                .usage, "\(name(.every)) and \(name(.cron)) are both given, and a schedule has one of them",
                next: "leave one out")
        }
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
        try requireQuota(for: definition)
        let text = self[.start]
        guard !text.isEmpty else { return (definition, nil) }
        let zone = TimeZone(identifier: definition.timeZone) ?? .gmt
        let midnight = Date(
            timeIntervalSince1970: Double(try DateOption.day(text, name(.start)).daysSinceEpoch) * 86_400)
        return (definition, midnight.addingTimeInterval(-Double(zone.secondsFromGMT(for: midnight))))
    }
}
