import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: a body cut on its way")
struct TruncationTests {
    static let bodies = [
        Sample.week, Sample.browse([Sample.object()]), Sample.object(),
        Sample.day(Sample.object(name: #"漢字 é 🚀 \u00e9 \ud83d\ude80 \"\\ \n"#)),
        #"{"x":[-0.5e+10,true,false,null,{"a":-1E-5}],"near_earth_objects":{}}"#,
    ]

    @Test(arguments: bodies)
    func isTruncatedAtEveryByte(_ body: String) throws {
        let bytes = Array(body.utf8)
        for length in 0..<bytes.count {
            guard let error = Scanned.error(Array(bytes[..<length])) else {
                Issue.record("cut at \(length) of \(bytes.count): accepted")
                return
            }
            guard error.problem == .truncated, error.isTransient, error.offset <= length, error.offset + 4 > length
            else {
                Issue.record("cut at \(length) of \(bytes.count): \(error)")
                return
            }
        }
        #expect(throws: Never.self) { try Scanned.scan(bytes) }
    }

    @Test func namesTheValueThatWasCut() throws {
        let body = Sample.week
        let cut = try body.offset(of: "99942 Apophis", plus: 5)
        let error = try #require(Scanned.error(Array(body.utf8.prefix(cut))))
        #expect(error.offset == cut && error.path == #"$.near_earth_objects["2020-02-03"][1].name"#)
    }

    @Test func onlyTruncationIsWorthAskingAgain() throws {
        #expect(Scanned.error("{")?.isTransient == true)
        #expect(Scanned.error("{}")?.isTransient == false)
        #expect(Scanned.error("{]")?.isTransient == false)
    }

    @Test func whatAnEarlierBodyLeftInTheBufferIsNotRead() throws {
        var buffer = BodyBuffer(Array(Sample.week.utf8))
        let cut = Array(Sample.week.utf8.dropLast(1))
        buffer.replace(count: cut.count) { target in
            _ = target.initialize(from: cut)
            return cut.count
        }
        let cutShort = Scanned.error(in: buffer)
        #expect(cutShort?.problem == .truncated)
        buffer.replace(count: 4000) { target in
            target.initialize(repeating: UInt8(ascii: "}"))
            return 0
        }
        let empty = Scanned.error(in: buffer)
        let error = try #require(empty)
        #expect(error.problem == .truncated && error.offset == 0)
    }
}
