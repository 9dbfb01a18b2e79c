import Foundation
import PerigeeTesting
import Testing

/// What NASA goes on saying is confirmed, what it says no more is taken back, whatever was read or asked in between.
struct ConfirmationTests {
    private static let sky = (1...5).map { Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)") }
    private static func lastSeen(_ place: Workplace, _ more: String...) async throws -> [String] {
        try await place.seen(more).map { try $0["last_seen"] }
    }

    @Test("last_seen moves with each answer that confirms an approach, in identical bytes too")
    func lastSeen() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            let before = try await Self.lastSeen(place)
            sky.revise { $0.clock += 86_400 }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh")
            let after = try await Self.lastSeen(place)
            #expect(zip(before, after).allSatisfy { $0 < $1 }, "\(before) \(after)")
        }
    }

    @Test("It is the service's clock that says when, and a rebuild says the same")
    func lastSeenRebuilt() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            sky.revise { $0.clock += 86_400 }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh")
            let moment = Date(timeIntervalSince1970: TimeInterval(sky.clock)).formatted(.iso8601.dateSeparator(.dash))
                .dropLast()
            let seen = try await Self.lastSeen(place)
            #expect(seen.allSatisfy { $0.hasPrefix(moment) }, "\(seen), not \(moment)")
            _ = try await place.json("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(try await Self.lastSeen(place, "--store", "sqlite:data/other.sqlite") == seen)
        }
    }

    @Test("A record that can't be read retires nothing, and one that is gone after that is retired")
    func goneAfterQuarantine() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            sky.revise {
                $0.edit = {
                    try $0.changing(
                        #""id":"3000002","neo_reference_id":"3000002","name":"(2020 AB)""#,
                        to: #""id":"3000002","name":7"#)
                }
            }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh")
            #expect(try await place.ids() == (1...5).map { "300000\($0)" })
            sky.revise {
                $0.edit = { $0 }
                $0.remove("3000002")
            }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh")
            #expect(try await place.ids() == [1, 3, 4, 5].map { "300000\($0)" })
        }
    }

    @Test("An approach of the feed stays one when a lookup revises it: the feed can take it back")
    func lookupRevises() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            sky.revise { $0.change("3000002") { $0.au = "0.2" } }
            _ = try await place.json("lookup", "3000002")
            #expect(try await place.published("--object", "3000002") == ["3000002 2020-02-02 \(kilometers("0.2"))"])
            #expect(try #require(try await place.seen(["--object", "3000002"]).first)["source"] == "feed")
            sky.revise { $0.remove("3000002") }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh")
            #expect(try await place.ids() == [1, 3, 4, 5].map { "300000\($0)" })
        }
    }

    @Test("`quality` does not blame a refusal that newer answers for the same days have superseded")
    func supersededRefusal() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            sky.revise { $0.edit = { try $0.changing(#""element_count":5"#, to: #""element_count":6"#) } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", status: 65)
            sky.revise { $0.edit = { $0 } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-07")
            let quality = try await place.json("quality", "--from", "2020-02-01", "--to", "2020-02-05")
            #expect(try quality["refused"] as [String] == [])
        }
    }

    @Test("`quality` does blame a refusal that is the last word on one of its days")
    func standingRefusal() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            sky.revise { $0.edit = { try $0.changing(#""element_count":5"#, to: #""element_count":6"#) } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh", status: 65)
            sky.revise { $0.edit = { $0 } }
            _ = try await place.json("run", "--from", "2020-02-02", "--to", "2020-02-07")
            let quality = try await place.json("quality", "--from", "2020-02-01", "--to", "2020-02-05", status: 65)
            #expect(try quality["refused"] as [String] == ["feed 2020-02-01..2020-02-05"])
        }
    }

    @Test("A refusal stands when its body is transformed once more")
    func refusalStands() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            sky.revise { $0.edit = { try $0.changing(#""element_count":5"#, to: #""element_count":6"#) } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh", status: 65)
            _ = try await place.json("transform", "--from", "2020-02-01", "--to", "2020-02-05")
            let quality = try await place.json("quality", "--from", "2020-02-01", "--to", "2020-02-05", status: 65)
            #expect(try quality["refused"] as [String] == ["feed 2020-02-01..2020-02-05"])
        }
    }

    @Test(
        "A manifest that was damaged is mended by --refresh",
        arguments: ["", "{", #"{"manifest_version":2}"#, "\u{0}\u{0}"])
    func damagedManifest(damage: String) async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            try Data(damage.utf8).write(
                to: URL(fileURLWithPath: place.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-05.manifest.json")))
            sky.revise { $0.change("3000002") { $0.au = "0.2" } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05", "--refresh")
            #expect(try await place.published("--object", "3000002") == ["3000002 2020-02-02 \(kilometers("0.2"))"])
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-05")
            _ = try await place.json("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(try await place.contentHash(of: "sqlite:data/other.sqlite") == place.contentHash())
        }
    }
}
