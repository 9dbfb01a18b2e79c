import PerigeeTesting
import Testing

/// Texts with control characters are a record's trouble, on every store: they go to quarantine, and nothing else
/// suffers.
@Suite(.serialized)
struct ControlCharacterTests {
    private static let sky = (1...4).map {
        Sky.Approach(id: "300000\($0)", day: "2020-02-0\($0)", name: $0 == 2 ? #"(2020 \u0000B)"# : "(2020 AB)")
    }
    private static let others = ["3000001", "3000003", "3000004"]

    @Test("A NUL in a name keeps that record out; the others are published", arguments: StoreKind.all)
    func oneRecord(store: StoreKind) async throws {
        try await Sky.serve(Self.sky, store: store) { _, place in
            let run = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04")
            #expect(try run["rows.inserted"] == 3)
            #expect(try await place.ids() == Self.others)
        }
    }

    @Test("Every later command works", arguments: StoreKind.all)
    func laterCommands(store: StoreKind) async throws {
        try await Sky.serve(Self.sky, store: store) { _, place in
            _ = try await place.perigee("run", "--from", "2020-02-01", "--to", "2020-02-04")
            #expect(try await place.perigee("approaches").status == 0)
            #expect(try await place.perigee("quality", "--from", "2020-02-01", "--to", "2020-02-04").status == 0)
            #expect(
                try await place.perigee("run", "--from", "2020-02-01", "--to", "2020-02-04", "--refresh").status == 0)
        }
    }

    @Test(
        "What is invisible or turns text around reaches no terminal; programs get the name as it is",
        arguments: ["\u{202E}", "\u{2066}", "\u{200B}", "\u{200F}", "\u{FEFF}", "\u{2028}", "\u{AD}"])
    func invisible(character: String) async throws {
        var sky = Self.sky
        sky[0].name = "(2020 A\(character)B)"
        sky[1].name = "(2020 C)"
        try await Sky.serve(sky) { _, place in
            let run = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04")
            #expect(try run["rows.inserted"] == 4)
            let code = String(character.unicodeScalars.first?.value ?? 0, radix: 16)
            let escaped = "(2020 A\\u\(String(repeating: "0", count: 4 - code.count))\(code)B)"
            for arguments in [["approaches"], ["object", "3000001"], ["changes", "--since", "2000-01-01"]] {
                let shown = try await Program.run(arguments, in: place.folder.path, environment: place.environment)
                #expect(shown.output.contains(escaped), "\(shown.output)")
                #expect(!shown.output.unicodeScalars.contains { character.unicodeScalars.contains($0) })
            }
            let names = try await place.approaches().map { $0["name"]?.text }
            #expect(names.contains("(2020 A\(character)B)"))
            let csv = try await place.perigee("approaches", "--csv").output
            #expect(csv.unicodeScalars.contains { character.unicodeScalars.contains($0) })
        }
    }

    @Test("The quarantine names the rule and the field, and holds the value escaped", arguments: StoreKind.all)
    func quarantine(store: StoreKind) async throws {
        try await Sky.serve(Self.sky, store: store) { _, place in
            _ = try await place.perigee("run", "--from", "2020-02-01", "--to", "2020-02-04")
            let entry = try #require(try await place.json("quarantine", "list").list("entries").first)
            #expect(try entry["rule"] == "control-characters")
            #expect(try entry["path"] == #"$.near_earth_objects["2020-02-02"][0].name"#)
            let value: String = try entry["value"]
            #expect(!value.unicodeScalars.contains { $0.value < 32 }, "\(value)")
            #expect(value.contains("(2020 "), "\(value)")
        }
    }

    @Test(
        "Other control characters go to quarantine too, and none of them reaches a terminal",
        arguments: [#"\u001b[31mred"#, #"\u0007"#, #"\u009b2J"#, #"a\nb"#, #"\u007f"#])
    func terminals(text: String) async throws {
        var sky = Self.sky
        sky[1].name = text
        try await Sky.serve(sky) { _, place in
            let run = try await place.json("run", "--from", "2020-02-01", "--to", "2020-02-04")
            #expect(try run["rows.inserted"] == 3)
            let id: Int = try #require(try await place.json("quarantine", "list").list("entries").first)["id"]
            for shown in [
                try await place.perigee("quarantine", "list"), try await place.perigee("quarantine", "show", "\(id)"),
            ] {
                let control = shown.output.unicodeScalars.filter {
                    ($0.value < 32 && $0 != "\n") || (127...159).contains($0.value)
                }
                #expect(control.isEmpty, "\(shown.output.debugDescription)")
            }
        }
    }

    @Test("A batch with such a record takes no other one with it", arguments: StoreKind.all)
    func otherBatches(store: StoreKind) async throws {
        let sky = (1...9).map {
            Sky.Approach(id: "300000\($0)", day: "2020-0\($0)-02", name: $0 == 5 ? #"(2020 \u0000B)"# : "(2020 AB)")
        }
        try await Sky.serve(sky, store: store) { _, place in
            let run = try await place.json(
                "backfill", "--from", "2020-01-01", "--to", "2020-09-30", "--concurrency", "16")
            #expect(try run["windows.failed"] == 0)
            #expect(try await place.ids() == ["1", "2", "3", "4", "6", "7", "8", "9"].map { "300000\($0)" })
        }
    }

    @Test("Bodies of a folder that are published together neither", arguments: StoreKind.all)
    func rawBodies(store: StoreKind) async throws {
        let sky = (1...9).map {
            Sky.Approach(id: "300000\($0)", day: "2020-0\($0)-02", name: $0 == 5 ? #"(2020 \u0000B)"# : "(2020 AB)")
        }
        try await Sky.serve(sky, store: store) { _, place in
            _ = try await place.perigee("extract", "--from", "2020-01-01", "--to", "2020-09-30", "--concurrency", "16")
            let run = try await place.json("run", "--raw", Workplace.landing, "--landing", "elsewhere")
            #expect(try run["windows.failed"] == 0)
            #expect(try await place.ids() == ["1", "2", "3", "4", "6", "7", "8", "9"].map { "300000\($0)" })
        }
    }
}
