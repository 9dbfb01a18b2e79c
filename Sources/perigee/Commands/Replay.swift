import ArgumentParser
import NearEarth
import Pipeline
import Transform
import Warehouse

/// `perigee replay`: landed bodies, transformed again.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Transform landed bodies again that were judged under other rules than this version's.",
        discussion: """
            NASA is not asked. What the rules say now is published; what they said before stays in the landing zone. `perigee status` tells how many bodies
            there are. --all takes every body that the store knows of.

            EXAMPLES
              perigee replay
              perigee replay --all
            """)

    @Flag(help: "Also what was judged under this version's rules.")
    var all = false

    @OptionGroup var storage: StorageOptions
    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        let all = all
        try await Session.run(common, storage.settings) { session in
            let store = try await session.openExistingStore()
            let due = try await store.landedBodies(judgedUnderOtherRulesThan: all ? nil : Rules.version)
            await store.close()
            var plan = Plan(command: "replay", batches: due.map(\.batch))
            plan.stages = .transform ... .publish
            plan.again = true
            return try await session.carryOut(plan)
        }
    }
}
