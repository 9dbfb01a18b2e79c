import Foundation
import PerigeeTesting
import Testing

/// What NASA is asked, how often, and how a run counts what came of it.
struct AskingTests {
    private static let sky = (1...5).map { Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)") }
    private static let spoil: @Sendable (String) throws -> String = {
        try $0.changing(
            #""id":"3000002","neo_reference_id":"3000002","name":"(2020 AB)""#, to: #""id":"3000002","name":7"#)
    }

    @Test("No day before 1900 is asked for")
    func firstDay() async throws {
        try await Sky.serve([]) { sky, place in
            _ = try await place.json("run", "--to", "1900-01-03")
            #expect(sky.asked.map { $0.prefix(44) } == ["/feed?start_date=1900-01-01&end_date=1900-01-03".prefix(44)])
        }
    }

    @Test("A record that stays bad is asked for once more, and the same bytes end the matter")
    func requests() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.edit = Self.spoil }
            let run = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            #expect(try run["requests.sent"] == 2)
            #expect(sky.asked.count == 2)
        }
    }

    @Test("A run that asked twice counts each record once")
    func counts() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.edit = Self.spoil }
            let run = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            #expect(try run["rows.inserted"] == 4)
            #expect(try run["rows.unchanged"] == 0)
            #expect(try run["rows.quarantined"] == 1)
        }
    }

    @Test("So does the ledger")
    func ledger() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.edit = Self.spoil }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            let run = try #require(try await place.json("runs").list("runs").first)
            #expect(try run["published"] == 1)
            #expect(try run["inserted"] == 4)
            #expect(try run["unchanged"] == 0)
            #expect(try run["quarantined"] == 1)
        }
    }

    @Test("A second answer that is whole counts what it brings")
    func mended() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { [asked = Counter()] in $0.edit = { asked.next() == 1 ? try Self.spoil($0) : $0 } }
            let run = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            #expect(try run["rows.inserted"] == 5)
            #expect(try run["rows.unchanged"] == 0)
            #expect(try run["rows.quarantined"] == 0)
        }
    }
}
