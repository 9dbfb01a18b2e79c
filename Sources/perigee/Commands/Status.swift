import ArgumentParser
import Foundation
import NearEarth
import Server
import Support
import Warehouse

/// `perigee status`: what the store holds.
struct Status: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what the store holds, how far it is, and how the last run went.",
        discussion: """
            --hash computes the content hash, which is the same in every store that holds the same data; of 400,000 approaches it \
            takes a second or two.

            EXAMPLES
              perigee status
              perigee status --hash --json
            """)

    @Flag(help: "Compute the content hash, too.")
    var hash = false

    @Option(help: .asOf) var asOf: String?

    @OptionGroup var options: StoreOptions

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        if asOf != nil { return try await showEarlier(session) }
        let output = try await session.withStore { store in
            let overview = try await Overview(store, now: Date())
            return StatusOutput(
                store: store.location, contentHash: hash ? try await store.contentHash() : nil,
                freshness: Freshness(overview.state), nextTurn: overview.nextTurn, summary: try await store.summary(),
                bodiesToReplay: try await store.bodiesToReplay(), lastRun: overview.runs.first)
        }
        session.print(output, text: output.text(session.screen))
        return .success
    }

    private func showEarlier(_ session: Session) async throws -> ExitStatus {
        let (output, origin) = try await session.withStore { store in
            let content = try await store.content(asOf: try await MomentOption.cut(asOf, store) ?? Cut())
            let output = EarlierStatusOutput(
                store: store.location, asOf: asOf ?? "", approaches: content.approaches, contentHash: content.hash)
            return (output, try await store.origin())
        }
        session.print(
            output,
            text: """
                Store:        \(output.store)\(StatusOutput.mark(origin))
                As of:        \(output.asOf)
                Approaches:   \(output.approaches.grouped())
                Content hash: \(output.contentHash)
                """)
        return .success
    }
}

/// `perigee status --as-of --json`: schema `perigee.status-as-of/1`.
struct EarlierStatusOutput: Encodable {
    var schema = "perigee.status-as-of/1"
    var store: String
    var asOf: String
    var approaches: Int
    var contentHash: String
}

/// `perigee status --json`: schema `perigee.status/1`.
struct StatusOutput: Encodable {
    var schema = "perigee.status/1"
    var store: String
    /// Nil where nobody asked for it.
    var contentHash: String?
    var freshness: Freshness
    /// When the schedule is due; nil where there is none, or it rests.
    var nextTurn: Date?
    var summary: StoreSummary
    var bodiesToReplay: Int
    var lastRun: RunRecord?

    /// What stands behind a store's name where its data is not NASA's.
    static func mark(_ origin: String?) -> String { origin == "simulated" ? "  SIMULATED DATA, not NASA's" : "" }

    /// The same for people.
    func text(_ screen: Screen) -> String {
        let days = [summary.firstDay, summary.lastDay].compactMap { $0.map { "\($0)" } }.joined(separator: " to ")
        var lines = [
            "Store:        \(store)\(Self.mark(summary.origin))",
            "Data:         \(screen.text(freshness.text(now: Date()), freshness.state.tone))",
            """
            Approaches:   \(summary.approaches.grouped()) of \(summary.objects.counted("object")), \
            \(summary.hazardous.grouped()) potentially hazardous
            """,
            "Days:         \(summary.days.grouped()) with approaches\(days.isEmpty ? "" : ", \(days)")",
            "History:      \(summary.revisions.grouped()) revised, \(summary.retired.grouped()) retired",
            "Orbits:       \(summary.orbits.grouped())",
            "Quarantine:   \(summary.openQuarantine.grouped()) open",
            "Checkpoint:   \(summary.checkpoint.map { "\($0)" } ?? "none yet")",
            "Next turn:    \(nextTurn.map { "\($0.toTheMinute) UTC" } ?? "no schedule that runs (`perigee serve`)")",
        ]
        if let contentHash { lines.append("Content hash: \(contentHash)") }
        if bodiesToReplay > 0 {
            lines.append(
                "Rules:        \(bodiesToReplay.counted("body", "bodies")) judged under other rules than this version's: see `perigee replay`"
            )
        }
        if let lastRun {
            let end = screen.text(lastRun.outcome.rawValue, lastRun.outcome.tone)
            lines.append(
                "Last run:     \(lastRun.id), \(lastRun.command), \(end), \(lastRun.startedAt.toTheMinute) UTC\(lastRun.error.map { ": \($0)" } ?? "")"
            )
        }
        return lines.joined(separator: "\n")
    }
}

/// How fresh the data is.
struct Freshness: Encodable {
    /// The states, as the dashboard has them.
    enum State: String, Encodable {
        case empty, failing, elsewhere, stale, fresh

        var tone: Screen.Tone {
            switch self {
            case .empty, .elsewhere: .plain
            case .failing: .bad
            case .stale: .warning
            case .fresh: .good
            }
        }
    }

    var state: State
    /// When NASA gave the answer about today.
    var since: Date?
    /// How many runs failed in a row.
    var failedRuns: Int?

    init(_ state: Overview.State) {
        switch state {
        case .empty: self.state = .empty
        case .elsewhere: self.state = .elsewhere
        case .failing(let runs): (self.state, failedRuns) = (.failing, runs)
        case .stale(let since): (self.state, self.since) = (.stale, since)
        case .fresh(let since): (self.state, self.since) = (.fresh, since)
        }
    }

    /// In words.
    func text(now: Date) -> String {
        let age =
            since.map {
                ": NASA's answer about today is \(DurationText.text(.seconds(max(0, now.timeIntervalSince($0))))) old"
            } ?? ""
        return switch state {
        case .empty: "none yet"
        case .elsewhere: "nothing about today"
        case .failing:
            "\((failedRuns ?? 0).counted("run")) failed and \(failedRuns == 1 ? "is" : "are") not mended, see `perigee runs`"
        case .stale: "stale\(age)"
        case .fresh: "fresh\(age)"
        }
    }
}
