import ArgumentParser
import NearEarth
import NeoWs
import Pipeline
import Support

/// `perigee browse`: NeoWs's catalog, page by page.
struct Browse: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "browse",
        abstract: "Publish pages of NASA's catalog: objects with all their approaches and orbits.",
        discussion: """
            A page has 20 objects; the whole catalog is about 3,100 pages, more than three hours of quota. Pages that are published are left alone.

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

    @OptionGroup var options: PipelineOptions

    func validate() throws {
        guard (0...100_000).contains(page), (1...100_000).contains(pages) else {
            throw ValidationError("--page is 0 or more, --pages 1 or more.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        try await session.withPipeline { pipeline, store, landing in
            var plan = Plan(command: "browse", batches: [])
            options.apply(to: &plan)
            var last = page + pages - 1
            if all {
                // How many pages there are is on each of them.
                plan.batches = [.browse(page: page)]
                let first = try await session.run(plan, pipeline)
                guard first.failures.isEmpty else { return try await session.show(first, store, landing) }
                let total = try await pipeline.summary(of: .browse(page: page))?.totalPages ?? page + 1
                last = max(page, total - 1)
            }
            plan.batches = (page...last).map(Batch.browse(page:))
            return try await session.show(try await session.run(plan, pipeline), store, landing)
        }
    }
}
