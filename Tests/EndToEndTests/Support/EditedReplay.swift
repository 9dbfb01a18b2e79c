import Foundation
import PerigeeTesting

/// A copy of `neows-replay` whose approaches of 2020 were edited: NASA after it has changed its mind.
struct EditedReplay {
    let replay: Replay
    private let folder: TemporaryFolder

    /// Edits the lines of `approaches-2020.csv` and starts the copy.
    init(_ edit: ([String]) throws -> [String]) async throws {
        folder = try TemporaryFolder()
        let source = Shared.folder + "/neows"
        try FileManager.default.copyItem(atPath: source + "/neows-replay", toPath: folder("neows-replay"))
        try FileManager.default.createSymbolicLink(atPath: folder("captures"), withDestinationPath: source + "/captures")
        let lines = try String(contentsOfFile: source + "/approaches-2020.csv", encoding: .utf8).components(separatedBy: "\n")
        try edit(lines).joined(separator: "\n").write(toFile: folder("approaches-2020.csv"), atomically: true, encoding: .utf8)
        replay = try await Replay(folder: folder.path)
    }

    /// The one line that is this object's approach on this day.
    static func index(of spkID: String, on day: String, in lines: [String]) throws -> Int {
        let found = lines.indices.filter { lines[$0].hasPrefix(spkID + ",") && lines[$0].contains(",\(day)T") }
        guard found.count == 1 else { throw Failure(message: "\(found.count) approaches of \(spkID) on \(day)") }
        return found[0]
    }
}
