import ArgumentParser
import NearEarth
import Pipeline
import Support
import Warehouse

/// `perigee lookup`: one object, all its approaches to every body, and its orbit.
struct Lookup: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "Publish all approaches of one object, to every body, and its orbit.",
        discussion: "EXAMPLE\n  perigee lookup 2099942   # 99942 Apophis")

    @Argument(help: ArgumentHelp("JPL's SPK-ID: 2000433 is 433 Eros.", valueName: "spk-id"))
    var id: String

    @OptionGroup var options: PipelineOptions

    func validate() throws {
        if let spkID = ObjectName.spkID(ofNumber: id) {
            throw ValidationError("\(id) is an asteroid's number, not an SPK-ID. Its SPK-ID is \(spkID).")
        }
        guard (7...20).contains(id.utf8.count), id.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw ValidationError(
                "\(id) is not an SPK-ID, which has 7 digits or more, such as 2099942 (99942 Apophis). "
                    + "Find it at https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        var plan = Plan(command: "lookup", batches: [.lookup(spkID: id)])
        // Whoever looks an object up wants what NASA says now.
        plan.refresh = !options.answers.acceptRemovals
        plan.acceptsRemovals = options.answers.acceptRemovals
        return try await session.withPipeline { pipeline, store, landing in
            let status = try await session.show(try await session.run(plan, pipeline), store, landing)
            if !session.json, !session.isQuiet, status == .success {
                var query = ApproachQuery()
                query.id = id
                Terminal.print(
                    "\n" + ApproachTable.text(try await store.approaches(query).map(\.approach), session.screen))
            }
            return status
        }
    }
}
