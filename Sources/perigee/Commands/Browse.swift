import ArgumentParser
import NearEarth
import NeoWs
import Pipeline

/// `perigee browse`: NeoWs's catalog, page by page.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "browse",
        abstract: "Publish pages of NASA's catalog: objects with all their approaches and orbits.",
        discussion: """
            A page has 20 objects; the whole catalog is about 2,100 pages, more than two hours of quota. Pages that are published are left alone.

            EXAMPLES
              perigee browse --page 0 --pages 5
              perigee browse --all --max-wait 3h
            """)

    @Option(help: ArgumentHelp("First page, from 0 on.", valueName: "n"))
    var page = 0

    @Option(help: ArgumentHelp("How many pages.", valueName: "n"))
    var pages = 1

    @Flag(help: "All pages from the first one on.")
    var all = false

    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...100_000).contains(page), (1...100_000).contains(pages) else {
            throw ValidationError("--page is 0 or more, --pages 1 or more.")
        }
    }

    mutating func run() async throws {
        let command = self
        try await Session.run(common, storage.settings.merging(service.settings) { $1 }) { session in
            try await session.withPipeline { pipeline, store, landing in
                var plan = Plan(command: "browse", batches: [])
                plan.refresh = command.service.refresh
                plan.acceptsRemovals = command.service.acceptRemovals
                var last = command.page + command.pages - 1
                if command.all {
                    // How many pages there are is on each of them.
                    plan.batches = [.browse(page: command.page)]
                    let first = try await pipeline.run(plan)
                    guard first.failures.isEmpty else { return try await session.show(first, store, landing) }
                    let total =
                        try await pipeline.summary(of: .browse(page: command.page))?.totalPages ?? command.page + 1
                    last = max(command.page, total - 1)
                }
                plan.batches = (command.page...last).map(Batch.browse(page:))
                let line = ProgressLine()
                return try await session.show(try await pipeline.run(plan) { line.show($0) }, store, landing)
            }
        }
    }
}
