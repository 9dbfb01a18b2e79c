import ArgumentParser
import Pipeline
import Support
import Transform
import Warehouse

/// `perigee replay`: landed bodies, transformed again.
struct Replay: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Transform landed bodies again that were judged under other rules than this version's.",
        discussion: """
            NASA is not asked. What the rules say now is published; what they said before stays in the landing zone. `perigee status` tells how many bodies \
            there are. --all takes every body that the store knows of.

            EXAMPLES
              perigee replay
              perigee replay --all
            """)

    @Flag(help: "Also what was judged under this version's rules.")
    var all = false

    @OptionGroup var options: StorageOptions

    func run(_ session: Session) async throws -> ExitStatus {
        let due = try await session.withStore {
            try await $0.landedBodies(judgedUnderOtherRulesThan: all ? nil : Rules.version)
        }
        var plan = Plan(command: "replay", batches: due.map(\.batch))
        plan.stages = .transform ... .publish
        plan.again = true
        return try await session.carryOut(plan)
    }
}

extension Store {
    /// How many landed bodies were judged under other rules than this version's.
    func bodiesToReplay() async throws(StoreError) -> Int {
        try await landedBodies(judgedUnderOtherRulesThan: Rules.version).reduce(0) { $0 + $1.count }
    }
}
