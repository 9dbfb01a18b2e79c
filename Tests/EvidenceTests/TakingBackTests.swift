import Foundation
import PerigeeTesting
import Testing

/// An answer takes back only what it speaks of, and more than half of that only when a person accepts it.
struct TakingBackTests {
    /// Nineteen objects on eight days, two or three a day.
    private static let week = (0..<19).map { Sky.Approach(id: "\(3_000_001 + $0)", day: "2020-02-0\(3 + $0 % 6)") }
    private static let ids = week.map(\.id).sorted()
    /// Thirty approaches of one object.
    private static let thirty = (0..<30).map { Sky.Approach(id: "3000001", day: "20\(10 + $0)-02-03") }

    @Test("A body that lists five of eight days leaves the rows of the others")
    func fiveOfEightDays() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.lists = { $0 < "2020-02-06" } }
            let partial = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            #expect(try partial["rows.retired"] == 0)
            #expect(try await place.ids().sorted() == Self.ids)
        }
    }

    @Test("Files that list days on both sides of others leave the rows of those between")
    func rawFileWithGap() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.lists = { $0 < "2020-02-05" || $0 > "2020-02-06" } }
            try sky.feed("2020-02-01", "2020-02-08").write(
                toFile: place.folder("body.json"), atomically: true, encoding: .utf8)
            _ = try await place.json("run", "--raw", "body.json")
            #expect(try await place.ids().sorted() == Self.ids)
        }
    }

    @Test("An empty answer is refused with 65, says what would go, and takes nothing back")
    func emptyFeed() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches = [] }
            let refused = try await place.perigee("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            #expect(refused.status == 65)
            #expect(refused.errors.contains("19 of 19 published approaches would go: "), "\(refused.errors)")
            #expect(refused.errors.contains("--accept-removals"), "\(refused.errors)")
            #expect(try await place.ids().sorted() == Self.ids)
        }
    }

    @Test("A body without any day takes nothing back")
    func noDays() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.lists = { _ in false } }
            _ = try await place.perigee("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            #expect(try await place.ids().sorted() == Self.ids)
        }
    }

    @Test("What is refused so is taken back once a person accepts it, without asking again")
    func accepted() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches.removeFirst(15) }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh", status: 65)
            let accepted = try await place.json(
                "run", "--from", "2020-02-01", "--to", "2020-02-08", "--accept-removals")
            #expect(try accepted["rows.retired"] == 15)
            #expect(try accepted["requests.sent"] == 0)
            #expect(try await place.ids().sorted() == Array(Self.ids.suffix(4)))
        }
    }

    @Test("That a person accepted it is evidence: a rebuild takes back the same")
    func acceptanceIsLanded() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches.removeFirst(15) }
            _ = try await place.json(
                "run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh", "--accept-removals")
            _ = try await place.json("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(try await place.ids("--store", "sqlite:data/other.sqlite").sorted() == Array(Self.ids.suffix(4)))
        }
    }

    @Test("That it was refused is evidence as well: a rebuild takes back nothing")
    func refusalIsLanded() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches.removeFirst(15) }
            _ = try await place.perigee("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            _ = try await place.perigee("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(try await place.ids("--store", "sqlite:data/other.sqlite").sorted() == Self.ids)
        }
    }

    @Test("Less than half is taken back without a question")
    func lessThanHalf() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches.removeFirst(9) }
            let second = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            #expect(try second["rows.retired"] == 9)
        }
    }

    @Test("A lookup that is answered without any approach is refused with 65, and takes nothing back")
    func emptyLookup() async throws {
        try await Sky.serve(Self.thirty) { sky, place in
            _ = try await place.json("lookup", "3000001")
            sky.revise {
                $0.approaches = []
                $0.orbits = ["3000001": ["eccentricity": "0.5"]]
            }
            let refused = try await place.perigee("lookup", "3000001")
            #expect(refused.status == 65)
            #expect(refused.errors.contains("30 of 30 published approaches would go: "), "\(refused.errors)")
            #expect(try await place.ids().count == 30)
        }
    }

    @Test("A lookup that a person accepts takes back all of an object's approaches")
    func emptyLookupAccepted() async throws {
        try await Sky.serve(Self.thirty) { sky, place in
            _ = try await place.json("lookup", "3000001")
            sky.revise {
                $0.approaches = []
                $0.orbits = ["3000001": ["eccentricity": "0.5"]]
            }
            _ = try await place.json("lookup", "3000001", status: 65)
            let accepted = try await place.json("lookup", "3000001", "--accept-removals")
            #expect(try accepted["rows.retired"] == 30)
            #expect(try await place.ids() == [])
        }
    }

    @Test("A file that was refused is refused again")
    func refusedFileAgain() async throws {
        try await Sky.serve(Self.week) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.edit = { try $0.changing(#""element_count":"#, to: #""element_count":9"#) } }
            _ = try await place.json(
                "extract", "--from", "2020-02-01", "--to", "2020-02-08", "--landing", "other", "--store",
                "sqlite:other.sqlite")
            #expect(try await place.perigee("run", "--raw", "other/nasa_neo_raw_2020-02-08.json").status == 65)
            #expect(try await place.perigee("run", "--raw", "other/nasa_neo_raw_2020-02-08.json").status == 65)
        }
    }
}
