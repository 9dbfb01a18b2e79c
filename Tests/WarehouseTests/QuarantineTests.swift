import NearEarth
import Testing
import Warehouse

@Suite("Store: the quarantine")
struct QuarantineTests {
    private func open(_ scene: Scene) async throws -> [QuarantineEntry] {
        try await scene.store.quarantine(limit: 100)
    }

    @Test("Keeps what, where and why", arguments: StoreKind.all)
    func keeps(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        let entry = try #require(try await open(scene).first)
        #expect(entry.rule == "field-type")
        #expect(entry.spkID == "3")
        #expect(entry.path == "$.x[0].h")
        #expect(entry.value == "bright")
        #expect(entry.reason == "no number")
        #expect(entry.record == "{}")
        #expect(entry.status == "open")
        #expect(entry.batch == Given.week.name)
        #expect(entry.rawFile == "raw-a.json")
        #expect(try await scene.store.quarantineEntry(entry.id)?.path == entry.path)
        #expect(try await scene.store.quarantineEntry(entry.id + 98) == nil)
    }

    @Test("As many as are asked for, the newest first", arguments: StoreKind.all)
    func newestFirst(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(
            [], of: Given.week, body: "a",
            rejected: [Given.rejected("3"), Given.rejected(nil, rule: "identity", path: "$.x[0].id")])
        #expect(try await open(scene).map(\.rule) == ["identity", "field-type"])
        #expect(try await scene.store.quarantine(limit: 1).map(\.rule) == ["identity"])
    }

    @Test(
        "Holds any value as it was given", arguments: StoreKind.all,
        [
            #"\u0000"#, "tab\there", "line\nfeed\r", #"back\slash \N \t"#, "'quote' \"quoted\"",
            "é 漢 🜨 \u{FEFF}\u{202E}", "\u{1}\u{7F}\u{85}", "%s $1 ? :x", "",
        ])
    func anyValue(_ kind: StoreKind, value: String) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(
            [], of: Given.week, body: "a", rejected: [Given.rejected("3", value: value, record: "{\(value)}")])
        let entry = try #require(try await open(scene).first)
        #expect(entry.value == value)
        #expect(entry.record == "{\(value)}")
    }

    @Test("Holds a record of the greatest length", arguments: StoreKind.all)
    func longest(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let record = String(repeating: "🜨", count: RejectedRecord.maximumRecord)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3", record: record)])
        #expect(try await open(scene).first?.record == record)
    }

    @Test("A run's log holds a message with NUL, escaped", arguments: StoreKind.all)
    func logHoldsAnything(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        try await scene.store.keep(
            [LogLine(line: 1, at: scene.clock.now, level: "info", stage: nil, batch: nil, message: "a\u{0}b")], of: run)
        #expect(try await scene.store.log(of: run).map(\.message) == [#"a\u0000b"#])
    }

    @Test("The same body again adds nothing", arguments: StoreKind.all)
    func sameBody(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        let before = try await open(scene).map(\.id)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        #expect(
            try await scene.store.quarantine(QuarantineFilter(includesResolved: true), limit: 100).map(\.id) == before)
    }

    @Test("A sound body resolves it, and says which run did", arguments: StoreKind.all)
    func resolved(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        try await scene.publish([Given.row("3", "2020-02-03")], of: Given.week, body: "b")
        #expect(try await open(scene).isEmpty)
        let entry = try #require(
            try await scene.store.quarantine(QuarantineFilter(includesResolved: true), limit: 10).first)
        #expect(entry.status == "resolved")
        #expect(entry.resolvedRun == 2)
    }

    @Test("The bad body as the last word opens it again", arguments: StoreKind.all)
    func openedAgain(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        try await scene.publish([Given.row("3", "2020-02-03")], of: Given.week, body: "b")
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        let entries = try await scene.store.quarantine(QuarantineFilter(includesResolved: true), limit: 10)
        #expect(entries.map(\.status) == ["open"])
        #expect(entries.first?.resolvedRun == nil)
    }

    @Test("A window of other days resolves nothing", arguments: StoreKind.all)
    func otherDays(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", rejected: [Given.rejected("3")])
        try await scene.publish([], of: Given.feed("2020-02-11", "2020-02-18"), body: "b")
        #expect(try await open(scene).count == 1)
    }
}
