import NearEarth
import NeoWs
import PerigeeTesting
import Testing
import Transform

@Suite("Embedded engine: damaged bodies")
struct EngineFuzzTests {
    /// Whatever comes, the CSV can be read back, has a line for each row, and everything listed is either a row or
    /// rejected.
    @Test(arguments: [21, 22] as [UInt64])
    func everyRecordIsARowOrRejected(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bodies = [
            Sample.week, Sample.browse([Sample.object(name: "a, b"), Sample.object(id: "7")]), Sample.object(),
        ].map { Array($0.utf8) }
        var (rows, rejected) = (0, 0)
        for _ in 0..<10_000 {
            let bytes = Mutation.mutate(bodies[random.below(bodies.count)], &random)
            guard let result = try? EmbeddedEngine.transform(BodyBuffer(bytes)) else { continue }
            guard Self.isWhole(result) else {
                Issue.record(
                    "\(String(decoding: bytes, as: UTF8.self))\n\(String(decoding: result.csv, as: UTF8.self))\n\(result.statement.rejected)"
                )
                return
            }
            rows += result.statement.rows.count
            rejected += result.statement.rejectedRecords
        }
        #expect(rows > 1000 && rejected > 200, "\(rows) rows, \(rejected) rejected")
    }

    @Test(arguments: Specimen.all)
    func wholeFeedsToo(_ feed: Specimen) throws {
        var random = SeededRandom(seed: 23)
        var read = 0
        for _ in 0..<500 {
            guard let result = try? EmbeddedEngine.transform(BodyBuffer(Mutation.mutate(feed.bytes, &random))) else {
                continue
            }
            read += 1
            guard Self.isWhole(result) else {
                Issue.record("\(result.statement.rejected)")
                return
            }
        }
        #expect(read > 10)
    }

    @Test(arguments: Self.odd)
    func oddBodiesToo(_ body: String) throws {
        #expect(Self.isWhole(try transform(body)))
    }

    /// Whether the CSV can be read back, has a line for each row, and everything listed is either a row or rejected.
    private static func isWhole(_ result: EmbeddedEngine.Result) -> Bool {
        let statement = result.statement
        guard let lines = CSVReader.lines(result.csv), lines.allSatisfy({ $0.count == 13 }),
            lines.count == result.approaches.count
        else { return false }
        return statement.records == statement.rows.count + statement.rejectedRecords
            && (statement.rejectedRecords == 0) == statement.rejected.isEmpty
    }

    private static func object(_ old: String, _ new: String) -> String { Sample.object().replacing(old, with: new) }

    private static let odd: [String] = [
        Sample.week, Sample.browse([Sample.object(name: "a, b"), Sample.object(id: "7", name: #"say \"hi\""#)]),
        Sample.object(), Sample.feed([]),
        Sample.feed([("2020-02-04", [Sample.object()])]),
        Sample.day(object("\"close_approach_data\":[", "\"close_approach_data\":[7,null,[1],")),
        Sample.day(
            object("[\(Sample.approach())]", "null"), object("[\(Sample.approach())]", "[]"),
            object("[\(Sample.approach())]", "\"none\"")),
        Sample.day(
            object("(2020 AB)", #"line\nfeed\r\n\ttab \\ back\u00e9\ud83d\ude00\ud800 \u0000end"#),
            object("Earth", #"E\"a,r\u0074h"#)),
        Sample.day(
            object(":20.0,", #":"2\u0030.0","#), object(":20.0,", ":2.00E+1,"), object(":20.0,", ":2000e-2,"),
            object(":20.0,", ":1e400,")),
        Sample.day(
            object("14959787.000000000", "1.4959787e7"), object("14959787.000000000", "14959787."),
            object("14959787.000000000", ".5")),
        Sample.day(
            object("14959787.000000000", "00000000014959787"), object("\"14959787.000000000\"", "-0"),
            object("10.0000000000", "10.0\\n")),
        Sample.day(
            object("1580702700000", "9223372036854775808"), object("1580702700000", "-9223372036854775808"),
            object("1580702700000", "1e12")),
        Sample.day(
            object("2020-Feb-03 04:05", String(repeating: "x", count: 60)),
            object("2020-Feb-03 04:05", "2020-FEB-03 04:05")),
        Sample.day(
            object("\"2020-02-03\",\"close", "\"2020-02-03\\n\",\"close"),
            object("\"2020-02-03\",\"close", "\"0000-02-03\",\"close")),
        Sample.day(
            object("\"id\":\"3000001\"", "\"id\":\"3000001\\n\""),
            object("\"relative_velocity\":{", "\"relative_velocity\":5,\"x\":{")),
        Sample.day(
            object("\"miss_distance\":{", "\"miss_distance\":[],\"x\":{"),
            object("\"name\":", "\"name\":{\"a\":[1,2]},\"y\":")),
        Sample.day(Sample.object(id: "1"), Sample.object(id: "1")),
    ]
}
