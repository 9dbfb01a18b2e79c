import NeoWs
import PerigeeTesting
import Testing
import Transform

@Suite("Embedded engine: damaged bodies")
struct EngineFuzzTests {
    /// Whatever comes, the CSV can be read back, has a line for each row, and everything listed is either a row or rejected.
    @Test(arguments: [21, 22] as [UInt64])
    func everyRecordIsARowOrRejected(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bodies = [Sample.week, Sample.browse([Sample.object(name: "a, b"), Sample.object(id: "7")]), Sample.object()].map { Array($0.utf8) }
        var (rows, rejected) = (0, 0)
        for _ in 0..<10_000 {
            let bytes = Mutation.mutate(bodies[random.below(bodies.count)], &random)
            guard let result = try? EmbeddedEngine.transform(BodyBuffer(bytes)) else { continue }
            guard let lines = CSVReader.lines(result.csv), lines.allSatisfy({ $0.count == 13 }), lines.count == result.approaches.count,
                result.records == result.approaches.count + result.rejectedRecords, (result.rejectedRecords == 0) == result.rejected.isEmpty
            else {
                Issue.record("\(String(decoding: bytes, as: UTF8.self))\n\(String(decoding: result.csv, as: UTF8.self))\n\(result.rejected)")
                return
            }
            rows += lines.count
            rejected += result.rejectedRecords
        }
        #expect(rows > 1000 && rejected > 200, "\(rows) rows, \(rejected) rejected")
    }

    @Test(.enabled(if: Shared.isAvailable, "\(Shared.notice)"))
    func recordedBodiesToo() throws {
        var random = SeededRandom(seed: 23)
        let body = Array(try Shared.capture("feed_2023-11-29_2023-12-06.json"))
        for _ in 0..<500 {
            guard let result = try? EmbeddedEngine.transform(BodyBuffer(Mutation.mutate(body, &random))) else { continue }
            #expect(result.records == result.approaches.count + result.rejectedRecords)
        }
    }
}
