import ArgumentParser
import Support
import Warehouse

/// `perigee status`: what the store holds.
struct Status: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what the store holds, how far it is, and how the last run went.",
        discussion:
            "The content hash is the same in every store that holds the same data.\n\nEXAMPLE\n  perigee status --json")

    @Option(help: .asOf) var asOf: String?

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        if asOf != nil { return try await showEarlier(session) }
        let output = try await session.withStore { store in
            StatusOutput(
                store: store.location, contentHash: try await store.contentHash(), summary: try await store.summary(),
                bodiesToReplay: try await store.bodiesToReplay(), lastRun: try await store.runs(limit: 1).first)
        }
        session.print(output, text: output.text)
        return .success
    }

    private func showEarlier(_ session: Session) async throws -> ExitStatus {
        let output = try await session.withStore { store in
            let content = try await store.content(asOf: try await MomentOption.cut(asOf, store) ?? Cut())
            return EarlierStatusOutput(
                store: store.location, asOf: asOf ?? "", approaches: content.approaches, contentHash: content.hash)
        }
        session.print(
            output,
            text: """
                Store:        \(output.store)
                As of:        \(output.asOf)
                Approaches:   \(output.approaches)
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
    var contentHash: String
    var summary: StoreSummary
    var bodiesToReplay: Int
    var lastRun: RunRecord?

    /// The same for people.
    var text: String {
        var lines = [
            "Store:        \(store)\(summary.origin == "simulated" ? "  SIMULATED DATA, not NASA's" : "")",
            "Approaches:   \(summary.approaches), of \(summary.objects) objects, \(summary.hazardous) potentially hazardous",
            "Days:         \(summary.days)\(summary.firstDay.map { ", \($0)" } ?? "")\(summary.lastDay.map { " to \($0)" } ?? "")",
            "History:      \(summary.revisions) revised, \(summary.retired) retired",
            "Orbits:       \(summary.orbits)",
            "Quarantine:   \(summary.openQuarantine) open",
            "Checkpoint:   \(summary.checkpoint.map { "\($0)" } ?? "none yet")",
            "Content hash: \(contentHash)",
        ]
        if bodiesToReplay > 0 {
            lines.append(
                "Rules:        \(bodiesToReplay) bodies were judged under other rules than this version's: `perigee replay` transforms them again"
            )
        }
        if let lastRun {
            lines.append(
                "Last run:     \(lastRun.id), \(lastRun.command), \(lastRun.status.rawValue)\(lastRun.error.map { ": \($0)" } ?? "")"
            )
        }
        return lines.joined(separator: "\n")
    }
}
