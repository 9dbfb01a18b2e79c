import PerigeeTesting
import Testing

/// Versions and the content hash compare every fact, at full precision.
struct AllFactsTests {
    private static let sky = (1...4).map { Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)") }

    /// What NASA may revise without a change in any of the processed file's thirteen columns.
    static let revisions: [Revision] = [
        Revision(name: "the instant by 30 s") { $0.second = 30 },
        Revision(name: "the au in its tenth digit") { $0.auDigits = "0.1000000001" },
    ]

    struct Revision: Sendable, CustomTestStringConvertible {
        var name: String
        var change: @Sendable (inout Sky.Approach) -> Void
        var testDescription: String { name }
    }

    @Test("A fact that no column of the CSV shows is revised as well", arguments: revisions)
    func isRevised(revision: Revision) async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04")
            sky.revise { $0.change("3000002", revision.change) }
            let second = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04", "--refresh")
            #expect(try second["rows.revised"] == 1)
            #expect(try second["rows.unchanged"] == 3)
        }
    }

    @Test("A revision of it is another content hash: that of a fresh store with the new value", arguments: revisions)
    func hash(revision: Revision) async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04")
            let before = try await place.contentHash()
            sky.revise { $0.change("3000002", revision.change) }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04", "--refresh")
            _ = try await place.json(
                "run", "--from", "2020-02-01", "--to", "2020-02-04", "--store", "sqlite:data/fresh.sqlite", "--landing",
                "fresh")
            let fresh = try await place.contentHash(of: "sqlite:data/fresh.sqlite")
            #expect(fresh != before)
            #expect(try await place.contentHash() == fresh)
        }
    }

    @Test("The instant that is shown is the one that NASA says now")
    func instant() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04")
            let before: Int = try #require(try await place.seen(["--object", "3000002"]).first)["epoch_ms"]
            sky.revise { $0.change("3000002") { $0.second = 30 } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04", "--refresh")
            #expect(try #require(try await place.seen(["--object", "3000002"]).first)["epoch_ms"] == before + 30_000)
        }
    }
}
