import NearEarth
import Testing
import Warehouse

@Suite("Store: what a batch may take back")
struct ScopeTests {
    @Test(arguments: StoreKind.all)
    func theFeedNeverRetiresALookupsRows(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let far = Given.row("7", "2020-02-05", km: "99999999.0")
        let venus = Given.row("7", "2020-02-06", body: "Venus")
        #expect(try await scene.publish([far, venus], of: .lookup(spkID: "7"), body: "l").inserted == 2)
        #expect(try await scene.publish([Given.row("1", "2020-02-05")], of: Given.week, body: "a").retired == 0)
        #expect(try await scene.publish([], of: Given.week, body: "b").retired == 1)
        #expect(Set(try await scene.published().keys) == ["7 2020-02-05", "7 2020-02-06"])
    }

    @Test(arguments: StoreKind.all)
    func aLookupNeverRetiresTheFeedsRowsNorAnotherObjects(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("7", "2020-02-05")], of: Given.week, body: "a")
        try await scene.publish([Given.row("8", "2021-01-01")], of: .lookup(spkID: "8"), body: "m")
        let counts = try await scene.publish([Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "l")
        #expect(counts.inserted == 1 && counts.retired == 0)
        #expect(try await scene.published().count == 3)
    }

    @Test(arguments: StoreKind.all)
    func aLookupRetiresItsOwn(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("7", "1999-01-01"), Given.row("7", "2001-01-01", body: "Mars")], of: .lookup(spkID: "7"), body: "l")
        #expect(try await scene.publish([Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "m").retired == 1)
        #expect(Set(try await scene.published().keys) == ["7 1999-01-01"])
    }

    @Test(arguments: StoreKind.all)
    func aLookupWithoutApproachesRetiresTheObjects(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "l")
        try await scene.publish([Given.row("8", "1999-01-01")], of: .lookup(spkID: "8"), body: "o")
        #expect(try await scene.publish([], of: .lookup(spkID: "7"), body: "m").retired == 1)
        #expect(Set(try await scene.published().keys) == ["8 1999-01-01"])
    }

    @Test(arguments: StoreKind.all)
    func whatALookupBroughtBecomesTheFeedsOnceTheFeedListsIt(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let row = Given.row("7", "2020-02-05")
        try await scene.publish([row], of: .lookup(spkID: "7"), body: "l")
        let first = scene.clock.now
        #expect(try await scene.publish([row], of: Given.week, body: "a").inserted == 0)
        let published = try #require(try await scene.published()["7 2020-02-05"])
        #expect(published.source == "feed" && published.createdAt == first)
        #expect(try await scene.publish([], of: Given.week, body: "b").retired == 1)
    }

    @Test(arguments: StoreKind.all)
    func aQuarantinedRecordsRowStays(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03"), Given.row("2", "2020-02-03"), Given.row("3", "2020-02-03")], of: Given.week, body: "a")
        let counts = try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "b", quarantined: [Given.rejected("2")])
        #expect(counts.retired == 1)
        #expect(Set(try await scene.published().keys) == ["1 2020-02-03", "2 2020-02-03"])
    }

    @Test(arguments: StoreKind.all)
    func aRecordThatDoesNotSayWhoseItIsKeepsAllRows(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03"), Given.row("2", "2020-02-03")], of: Given.week, body: "a")
        #expect(try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "b", quarantined: [Given.rejected(nil)]).retired == 0)
        #expect(try await scene.published().count == 2)
        // Once a sound body comes, it is held against all of it.
        #expect(try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "c").retired == 1)
    }

    @Test(arguments: StoreKind.all)
    func aWindowThatOverlapsReconcilesTheSharedDays(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03"), Given.row("2", "2020-02-09")], of: Given.week, body: "a")
        let counts = try await scene.publish([Given.row("3", "2020-02-12")], of: Given.feed("2020-02-08", "2020-02-15"), body: "b")
        #expect(counts.inserted == 1 && counts.retired == 1)
        #expect(Set(try await scene.published().keys) == ["1 2020-02-03", "3 2020-02-12"])
    }

    @Test(arguments: StoreKind.all)
    func orbitsComeWithALookupAndAreReplaced(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        func orbit(_ eccentricity: String) -> ObjectOrbit {
            ObjectOrbit(
                id: "7", name: "(7)", designation: "2020 AB", elements: ["eccentricity": eccentricity, "orbit_class_type": "APO", "equinox": "J2000", "x": "y"])
        }
        try await scene.publish([Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "l", orbits: [orbit("0.25")])
        try await scene.publish([Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "m", orbits: [orbit("0.5")])
        #expect(try await scene.store.summary().orbits == 1)
        let found = try await scene.query("SELECT id, designation, eccentricity, orbit_class_type FROM nasa_neo_orbits")
        #expect(found.count == 1 && found[0][2].flatMap { Double($0) } == 0.5 && found[0][1] == "2020 AB" && found[0][3] == "APO")
    }
}
