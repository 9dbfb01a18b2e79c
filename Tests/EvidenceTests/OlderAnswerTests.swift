import Foundation
import PerigeeTesting
import Testing

/// An older answer never overwrites or takes back what a newer one says, whichever command brings it.
struct OlderAnswerTests {
    /// Eight objects, one a day from 2020-02-01 on; windows A (the 1st to the 8th) and B (the 5th to the 12th) overlap.
    private static let sky = (1...8).map { Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)") }

    @Test("A landed answer that is published after a newer one reverts no newer value")
    func lateAnswerKeepsValues() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("extract", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.change("3000006") { $0.au = "0.2" } }
            _ = try await place.json("run", "--from", "2020-02-05", "--to", "2020-02-12")
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            #expect(try await place.published("--object", "3000006") == ["3000006 2020-02-06 \(kilometers("0.2"))"])
        }
    }

    @Test("A landed answer that is published after a newer one retires no newer approach")
    func lateAnswerKeepsApproaches() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("extract", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches.append(Sky.Approach(id: "3000009", day: "2020-02-07")) }
            _ = try await place.json("run", "--from", "2020-02-05", "--to", "2020-02-12")
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            #expect(try await place.ids().sorted() == (1...9).map { "300000\($0)" })
        }
    }

    @Test("What a late answer says of its own days is published without a request")
    func lateAnswerIsPublished() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("extract", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.change("3000006") { $0.au = "0.2" } }
            _ = try await place.json("run", "--from", "2020-02-05", "--to", "2020-02-12")
            let late = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            #expect(try late["requests.sent"] == 0)
            // What was said before of the days that both list is history.
            #expect(try place.history() == ["3000006 \(kilometers("0.1")) revised"])
        }
    }

    @Test("An answer that the service dates before a published one changes nothing: a cache gave it")
    func staleCache() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.change("3000006") { $0.au = "0.2" } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise {
                $0.change("3000006") { $0.au = "0.1" }
                $0.clock -= 86_400
            }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            #expect(try await place.published("--object", "3000006") == ["3000006 2020-02-06 \(kilometers("0.2"))"])
        }
    }
}
