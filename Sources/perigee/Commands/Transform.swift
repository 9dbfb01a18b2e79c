import ArgumentParser
import Pipeline
import Transform

/// `perigee transform`: the second stage alone, or raw files to CSV without any store.
struct Transform: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transform", abstract: "Turn landed bodies into rows, or raw files into CSV.",
        discussion: """
            Without PATH: the landed windows of a range of days, into the processed CSV.
            With PATH...: files, folders of .json files, or s3:// objects and prefixes, into one CSV; no store is touched. Files that can't be read and records that
            break a rule are named on standard error, and the exit code is then 65; the other rows are written all the same.

            EXAMPLES
              perigee transform --from 2020-02-03 --to 2020-02-10
              perigee transform landing/nasa_neo_raw_2020-02-10.json
              perigee transform bodies/ --output neos.csv
              perigee transform s3://bucket/landing/ --output neos.csv
            """)

    @Argument(
        help: ArgumentHelp("Raw bodies, or folders of them: in the file system or s3://BUCKET/KEY.", valueName: "path"))
    var paths: [String] = []

    @Option(help: ArgumentHelp("Where the CSV goes: a file, or - for standard output. (default: -)", valueName: "file"))
    var output: String?

    @OptionGroup var days: RangeOptions
    @OptionGroup var storage: StorageOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if paths.isEmpty && output != nil {
            throw ValidationError("--output goes with PATH: without one, the CSV goes into the landing zone.")
        }
        if !paths.isEmpty && (days.from != nil || days.to != nil) {
            throw ValidationError("--from and --to go without PATH: files are taken whole.")
        }
    }

    mutating func run() async throws {
        guard !paths.isEmpty else {
            try await runStage(.transform, days, storage, service, common)
            return
        }
        let paths = paths
        let output = output
        try await Session.run(common) { session in
            try await session.withS3(ifIn: paths) { s3 in
                try await FilesCommand(paths: paths, output: output ?? "-", json: session.json, s3: s3).run()
            }
        }
    }
}
