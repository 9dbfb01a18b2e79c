import Foundation
import NeoWs
import PerigeeTesting
import Synchronization
import Testing
import Transform

@Suite("Files to CSV")
struct FileTransformTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder(name)))
    }

    private func run(_ paths: [String], to output: String = "out.csv") async throws -> (
        FileTransform.Summary, [String], [[String]]
    ) {
        let complaints = Mutex<[String]>([])
        let summary = try await FileTransform.run(paths: paths, output: folder(output)) { text in
            complaints.withLock { $0.append(text) }
        }
        let lines = try #require(CSVReader.lines(Array(try Data(contentsOf: URL(fileURLWithPath: folder(output))))))
        return (summary, complaints.withLock { $0 }, lines)
    }

    @Test func aFoldersBodiesComeInTheOrderOfTheirNamesWithOneHeader() async throws {
        for number in 0..<60 {
            try write(String(format: "raw_%03d.json", number), Sample.day(Sample.object(id: "\(number)")))
        }
        try write("raw_001.manifest.json", "{}")
        try write("notes.txt", "no body")
        let (summary, complaints, lines) = try await run([folder.path])
        #expect(summary.files == 60 && summary.rows == 60 && summary.unreadableFiles == 0 && complaints.isEmpty)
        #expect(lines.first?.first == "id" && lines.dropFirst().map { $0[0] } == (0..<60).map { "\($0)" })
    }

    @Test func whatCannotBeUsedIsToldAndTheRestIsWritten() async throws {
        try write("a.json", Sample.day(Sample.object(id: "1")))
        try write("b.json", "{ cut")
        try write(
            "c.json",
            Sample.day(try Sample.object(id: "2").changing(":20.0,", to: #":"bright","#), Sample.object(id: "3")))
        let (summary, complaints, lines) = try await run([folder("a.json"), folder("b.json"), folder("c.json")])
        #expect(lines.dropFirst().map { $0[0] } == ["1", "3"])
        #expect(summary.files == 3 && summary.unreadableFiles == 1 && summary.rows == 2 && summary.rejectedRecords == 1)
        #expect(complaints.count == 2)
        #expect(
            complaints.contains { $0.hasPrefix(folder("b.json")) }
                && complaints.contains { $0.contains("field-type") && $0.contains("c.json") })
    }

    @Test func nothingToReadIsAnErrorAndLeavesNoFile() async throws {
        await #expect(throws: FileTransformError.self) {
            try await FileTransform.run(paths: [folder.path], output: folder("out.csv")) { _ in }
        }
        await #expect(throws: FileTransformError.self) {
            try await FileTransform.run(paths: [folder("away.json")], output: folder("out.csv")) { _ in }
        }
        #expect(try folder.files().isEmpty)
    }

    @Test func anOutputThatCannotBeWrittenIsAnError() async throws {
        try write("a.json", Sample.day(Sample.object()))
        await #expect(throws: FileTransformError.self) {
            try await FileTransform.run(paths: [folder("a.json")], output: folder("no/such/folder/out.csv")) { _ in }
        }
        #expect(try folder.files() == ["a.json"])
    }

    @Test func anEarlierOutputIsReplacedAndNoTemporaryFileStays() async throws {
        try write("a.json", Sample.day(Sample.object()))
        try write("out.csv", "old")
        let (_, _, lines) = try await run([folder("a.json")])
        #expect(lines.count == 2)
        #expect(try folder.files() == ["a.json", "out.csv"])
    }
}
