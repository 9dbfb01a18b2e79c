import ArgumentParser
import NearEarth
import Pipeline
import Support
import Transform
import Warehouse

/// `perigee status`: what the store holds.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what the store holds, how far it is, and how the last run went.",
        discussion:
            "The content hash is the same in every store that holds the same data.\n\nEXAMPLE\n  perigee status --json")

    @OptionGroup var storage: StoreOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        try await Session.run(common, storage.settings) { session in
            let store = try await session.openExistingStore()
            let summary = try await store.summary()
            let hash = try await store.contentHash()
            let last = try await store.runs(limit: 1).first
            let toReplay = try await store.landedBodies(judgedUnderOtherRulesThan: Rules.version).reduce(0) {
                $0 + $1.count
            }
            let location = store.location
            await store.close()
            if session.json {
                Terminal.print(
                    JSONText.line(
                        StatusOutput(
                            store: location, contentHash: hash, summary: summary, toReplay: toReplay, lastRun: last)))
            } else {
                Terminal.print(Self.text(location, summary, hash, toReplay, last))
            }
            return .success
        }
    }

    private static func text(
        _ location: String, _ summary: StoreSummary, _ hash: String, _ toReplay: Int, _ last: RunRecord?
    ) -> String {
        var lines = [
            "Store:        \(location)\(summary.origin == "simulated" ? "  SIMULATED DATA, not NASA's" : "")",
            "Approaches:   \(summary.approaches), of \(summary.objects) objects, \(summary.hazardous) potentially hazardous",
            "Days:         \(summary.days)\(summary.firstDay.map { ", \($0)" } ?? "")\(summary.lastDay.map { " to \($0)" } ?? "")",
            "History:      \(summary.revisions) revised, \(summary.retired) retired",
            "Orbits:       \(summary.orbits)",
            "Quarantine:   \(summary.openQuarantine) open",
            "Checkpoint:   \(summary.checkpoint.map { "\($0)" } ?? "none yet")",
            "Content hash: \(hash)",
        ]
        if toReplay > 0 {
            lines.append(
                "Rules:        \(toReplay) bodies were judged under other rules than this version's: `perigee replay` transforms them again"
            )
        }
        if let last {
            lines.append(
                "Last run:     \(last.id), \(last.command), \(last.status.rawValue)\(last.error.map { ": \($0)" } ?? "")"
            )
        }
        return lines.joined(separator: "\n")
    }
}

/// `perigee status --json`: schema `perigee.status/1`.
struct StatusOutput: Encodable {
    var schema = "perigee.status/1"
    var store: String
    var contentHash: String
    var summary: StoreSummary
    var toReplay: Int
    var lastRun: RunRecord?

    enum CodingKeys: String, CodingKey {
        case schema, store, summary
        case contentHash = "content_hash"
        case toReplay = "bodies_to_replay"
        case lastRun = "last_run"
    }
}
