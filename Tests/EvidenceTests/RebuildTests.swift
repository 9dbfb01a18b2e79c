import Foundation
import PerigeeTesting
import Testing

/// A store that is rebuilt from the landing zone has the same content, the same history and the same dates, in
/// whichever order.
struct RebuildTests {
    private static let sky = (1...8).map { Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)") }

    /// Says v1, v2 in an overlapping window, and v1 again in the first one, with the bytes of before.
    private static func thereAndBack(_ sky: Sky, _ place: Workplace) async throws {
        _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
        sky.revise { $0.change("3000006") { $0.au = "0.2" } }
        _ = try await place.json("run", "--from", "2020-02-05", "--to", "2020-02-12")
        sky.revise { $0.change("3000006") { $0.au = "0.1" } }
        _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
    }

    @Test("A value that NASA took back for the first one, in identical bytes, is the first one when rebuilt as well")
    func thereAndBack() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            try await Self.thereAndBack(sky, place)
            #expect(try await place.published("--object", "3000006") == ["3000006 2020-02-06 \(kilometers("0.1"))"])
            _ = try await place.json("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(
                try await place.published("--object", "3000006", "--store", "sqlite:data/other.sqlite") == [
                    "3000006 2020-02-06 \(kilometers("0.1"))"
                ])
        }
    }

    @Test("A value that NASA took back for the first one leaves both steps in the history, rebuilt or not")
    func historyOfThereAndBack() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            try await Self.thereAndBack(sky, place)
            let steps = ["3000006 \(kilometers("0.1")) revised", "3000006 \(kilometers("0.2")) revised"]
            #expect(try place.history() == steps)
            _ = try await place.json("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(try place.history(store: "data/other.sqlite") == steps)
        }
    }

    @Test("Of twelve answers the last one wins in a rebuild, and all eleven steps before it are history")
    func twelveAnswers() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            for n in 1...12 {
                sky.revise { $0.change("3000006") { $0.au = "0.\(100 + n)" } }
                _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            }
            _ = try await place.json("run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(
                try await place.published("--object", "3000006", "--store", "sqlite:data/other.sqlite") == [
                    "3000006 2020-02-06 \(kilometers("0.112"))"
                ])
            #expect(
                try place.history(store: "data/other.sqlite")
                    == (1...11).map { "3000006 \(kilometers("0.\(100 + $0)")) revised" })
        }
    }

    @Test(
        "Rebuilt in any order of its files, a store of overlapping windows has one content",
        arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]])
    func anyOrder(order: [Int]) async throws {
        try await Sky.serve(Self.sky) { sky, place in
            let windows = [("2020-02-01", "2020-02-08"), ("2020-02-05", "2020-02-12"), ("2020-02-03", "2020-02-07")]
            for round in 0..<2 {
                for (n, window) in windows.enumerated() {
                    sky.revise { $0.change("3000006") { $0.au = "0.\(10 + round * 3 + n)" } }
                    _ = try await place.json("run", "--from", window.0, "--to", window.1, "--refresh")
                }
            }
            let hash = try await place.contentHash()
            let history = try place.history()
            for n in order {
                let part = "part\(n)"
                try FileManager.default.createDirectory(atPath: place.folder(part), withIntermediateDirectories: true)
                for name in try place.landed("nasa_neo_") where name.contains(windows[n].1) {
                    try FileManager.default.copyItem(
                        atPath: place.folder("\(Workplace.landing)/\(name)"), toPath: place.folder("\(part)/\(name)"))
                }
                _ = try await place.json(
                    "run", "--raw", part, "--store", "sqlite:data/other.sqlite", "--landing", "elsewhere")
            }
            #expect(try await place.contentHash(of: "sqlite:data/other.sqlite") == hash)
            #expect(try place.history(store: "data/other.sqlite") == history)
        }
    }

    @Test("An acceptance that comes after a refusal counts in a store that has refused the answer")
    func lateAcceptance() async throws {
        try await Sky.serve(Self.sky) { sky, place in
            func rebuild() async throws -> Int32 {
                try await place.perigee(
                    "run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite", "--landing", "other"
                ).status
            }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.approaches.removeFirst(6) }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh", status: 65)
            #expect(try await rebuild() == 65)
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--accept-removals")
            #expect(try await rebuild() == 0)
            #expect(try await place.contentHash(of: "sqlite:data/other.sqlite") == place.contentHash())
        }
    }

    @Test("An answer that lies in two places counts once")
    func twice() async throws {
        try await Sky.serve(Self.sky) { _, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            _ = try await place.json(
                "run", "--raw", Workplace.landing, "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(try await place.contentHash(of: "sqlite:data/other.sqlite") == place.contentHash())
        }
    }

    @Test(
        "Where an older answer is damaged, or its manifest gone, a rebuild does not end as if nothing were missing",
        arguments: ["json", "manifest.json"])
    func olderIsLost(kind: String) async throws {
        try await Sky.serve(Self.sky) { sky, place in
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08")
            sky.revise { $0.change("3000006") { $0.au = "0.2" } }
            _ = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-08", "--refresh")
            let file = URL(fileURLWithPath: place.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-08.\(kind)"))
            if kind == "json" {
                try Data("{}".utf8).write(to: file)
            } else {
                try FileManager.default.removeItem(at: file)
            }
            let rebuilt = try await place.perigee(
                "run", "--raw", Workplace.landing, "--store", "sqlite:data/other.sqlite")
            #expect(rebuilt.status == 65)
            #expect(rebuilt.errors.contains("nasa_neo_raw_2020-02-08.json"), "\(rebuilt.errors)")
        }
    }
}
