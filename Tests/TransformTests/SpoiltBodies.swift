import NeoWs
import PerigeeTesting
import Transform

/// Bodies for holding two engines against each other: good ones of every shape, and ones that break every rule.
enum SpoiltBodies {
    static let all: [[UInt8]] = cases + odd

    /// What the record rules' own tests use: each change that breaks a rule, and its good twin.
    private static let cases: [[UInt8]] = (RecordRuleTests.object + RecordRuleTests.approach).flatMap { wrong in
        [wrong.bad, wrong.good].compactMap { $0 }.compactMap { new in
            (try? Sample.object().changing(wrong.old, to: new)).map { Array(Sample.day(Sample.object(id: "1"), $0, Sample.object(id: "2")).utf8) }
        }
    }

    private static func object(_ old: String, _ new: String) -> String {
        Sample.object().replacing(old, with: new)
    }

    private static let odd: [[UInt8]] = [
        Sample.week, Sample.browse([Sample.object(name: "a, b"), Sample.object(id: "7", name: #"say \"hi\""#)]), Sample.object(), Sample.feed([]),
        Sample.feed([("2020-02-04", [Sample.object()])]), Sample.day(object("\"close_approach_data\":[", "\"close_approach_data\":[7,null,[1],")),
        Sample.day(object("[\(Sample.approach())]", "null"), object("[\(Sample.approach())]", "[]"), object("[\(Sample.approach())]", "\"none\"")),
        Sample.day(object("(2020 AB)", #"line\nfeed\r\n\ttab \\ back\u00e9\ud83d\ude00\ud800 \u0000end"#), object("Earth", #"E\"a,r\u0074h"#)),
        Sample.day(object(":20.0,", #":"2\u0030.0","#), object(":20.0,", ":2.00E+1,"), object(":20.0,", ":2000e-2,"), object(":20.0,", ":1e400,")),
        Sample.day(object("14959787.000000000", "1.4959787e7"), object("14959787.000000000", "14959787."), object("14959787.000000000", ".5")),
        Sample.day(object("14959787.000000000", "00000000014959787"), object("\"14959787.000000000\"", "-0"), object("10.0000000000", "10.0\\n")),
        Sample.day(object("1580702700000", "9223372036854775808"), object("1580702700000", "-9223372036854775808"), object("1580702700000", "1e12")),
        Sample.day(object("2020-Feb-03 04:05", String(repeating: "x", count: 60)), object("2020-Feb-03 04:05", "2020-FEB-03 04:05")),
        Sample.day(object("\"2020-02-03\",\"close", "\"2020-02-03\\n\",\"close"), object("\"2020-02-03\",\"close", "\"0000-02-03\",\"close")),
        Sample.day(object("\"id\":\"3000001\"", "\"id\":\"3000001\\n\""), object("\"relative_velocity\":{", "\"relative_velocity\":5,\"x\":{")),
        Sample.day(object("\"miss_distance\":{", "\"miss_distance\":[],\"x\":{"), object("\"name\":", "\"name\":{\"a\":[1,2]},\"y\":")),
        Sample.day(Sample.object(id: "1"), Sample.object(id: "1")),
    ].map { Array($0.utf8) }

    /// Damaged bodies that can still be read.
    static func fuzzed(count: Int) -> [[UInt8]] {
        var random = SeededRandom(seed: 31)
        let bodies = [Sample.week, Sample.browse([Sample.object(name: "a, b"), Sample.object(id: "7")]), Sample.object()].map { Array($0.utf8) }
        var found: [[UInt8]] = []
        while found.count < count {
            let bytes = Mutation.mutate(bodies[random.below(bodies.count)], &random)
            if (try? EmbeddedEngine.transform(BodyBuffer(bytes))).map({ !$0.rejected.isEmpty }) == true { found.append(bytes) }
        }
        return found
    }
}
