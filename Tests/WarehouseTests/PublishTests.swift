import NearEarth
import PerigeeTesting
import Testing
import Warehouse

@Suite("Store: what a publication does")
struct PublishTests {
    static let failure = QualityResult(
        rule: "element-count", severity: .batch, passed: false, checked: 1, failed: 1, detail: "says 2, lists 1")
    static let warning = QualityResult(
        rule: "freshness", severity: .warning, passed: false, checked: 1, failed: 1, detail: "old")

    @Test("A refused answer leaves what was published", arguments: StoreKind.all)
    func refused(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "a")
        let hash = try await scene.store.contentHash()
        let counts = try await scene.publish(
            [Given.row("2", "2020-02-04")], of: Given.week, body: "b", results: [Self.failure, Self.warning])
        #expect(counts == PublishCounts())
        #expect(try await scene.store.contentHash() == hash)
    }

    @Test("The ledger says that a batch was refused, and why", arguments: StoreKind.all)
    func refusedLedger(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "b", results: [Self.failure, Self.warning])
        let record = try #require(try await scene.store.batches(run: nil, limit: 1).first)
        #expect(record.state == .refused)
        #expect(record.error == "element-count: says 2, lists 1")
        #expect(try await scene.store.quality(run: record.run).map(\.result) == [Self.failure, Self.warning])
    }

    @Test("What the rules found is kept by run, the last time counts", arguments: StoreKind.all)
    func quality(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        _ = try await scene.claim(Given.week, run)
        try await scene.store.recordAudit(
            [scene.judged(Given.statement(Given.week, []), of: Given.week, body: "a", results: [Self.failure])], by: run
        )
        var passed = Self.failure
        passed.passed = true
        try await scene.store.recordAudit(
            [scene.judged(Given.statement(Given.week, []), of: Given.week, body: "a", results: [passed])], by: run)
        #expect(try await scene.store.quality(run: run).map(\.result) == [passed])
        #expect(try await scene.store.quality(run: run + 1).isEmpty)
    }

    @Test("An SPK-ID that is SQL is a name like any other", arguments: StoreKind.all)
    func injection(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([], of: Given.week, body: "a", results: [Self.warning])
        for id in ["x'y", "1?2", "z\\", "a'AND'a'OR(1=1)--"] {
            let batch = Batch.lookup(spkID: id)
            try await scene.publish(
                [], of: batch, body: "b\(id.count)", results: [Self.warning])
            let run = try #require(try await scene.store.runs(limit: 1).first).id
            #expect(try await scene.store.quality(run: run).map(\.batch) == [batch.name])
        }
        #expect(try await scene.store.quality(run: 1).map(\.result) == [Self.warning])
    }

    @Test(
        "A column that somebody gave another type takes the digits all the same",
        .enabled(if: TestServer.all.contains { $0.name == "postgres" }, "no PostgreSQL here"),
        arguments: ["real", "double precision", "numeric(8,3)"])
    func alteredColumn(_ type: String) async throws {
        let server = try #require(TestServer.all.first { $0.name == "postgres" })
        let scene = try await Scene(StoreKind.server(server))
        try await scene.database.transaction(.schema) { session in
            try session.execute("DROP VIEW nasa_neo_seen", [])
            try session.execute("ALTER TABLE nasa_neo_data ALTER velocity_kps TYPE \(type)", [])
        }
        try await scene.publish([Given.row("1", "2020-02-03", kps: "5.50")], of: Given.week, body: "a")
        let found = try await scene.query("SELECT velocity_kps FROM nasa_neo_data")
        #expect(found.map { $0[0].flatMap(Double.init) } == [5.5])
    }

    @Test("Simulated and real data do not mix", arguments: StoreKind.all, [true, false])
    func origin(_ kind: StoreKind, simulatedFirst: Bool) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "a", simulated: simulatedFirst)
        #expect(try await scene.store.summary().origin == (simulatedFirst ? "simulated" : "nasa"))
        let hash = try await scene.store.contentHash()
        let error = await storeError {
            try await scene.publish(
                [Given.row("2", "2020-03-03")], of: Given.feed("2020-03-03", "2020-03-03"), body: "b",
                simulated: !simulatedFirst)
        }
        guard case .mixedOrigin(_, let holds, let offered) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(Set([holds, offered]) == ["nasa", "simulated"])
        #expect(try await scene.store.contentHash() == hash)
    }

    @Test(
        "A publication that is begun anew after its commit gives the same counts and changes nothing",
        arguments: StoreKind.all)
    func again(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        _ = try await scene.claim(Given.week, run)
        let item = scene.judged(Given.statement(Given.week, [Given.row("1", "2020-02-03")]), of: Given.week, body: "a")
        let first = try await scene.store.publish([[item]], by: run, checkpointLimit: nil)
        #expect(try await scene.store.publish([[item]], by: run, checkpointLimit: nil) == first)
        let record = try #require(try await scene.store.run(run))
        #expect(record.inserted == 1)
        #expect(record.published == 1)
    }

    @Test("A revision keeps the earlier version with its dates", arguments: StoreKind.all)
    func revised(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish([Given.row("1", "2020-02-03", km: "1.5")], of: Given.week, body: "a")
        #expect(
            try await scene.publish([Given.row("1", "2020-02-03", km: "2.5")], of: Given.week, body: "b").revised == 1)
        let history = try await scene.query("SELECT change_kind, miss_distance_km FROM nasa_neo_history")
        #expect(history.map { [$0[0], $0[1].flatMap { Double($0) }.map { "\($0)" }] } == [["revised", "1.5"]])
        let published = try #require(try await scene.published()["1 2020-02-03"])
        #expect(published.approach.missDistanceKilometers == "2.5")
        #expect(published.lastSeen > published.firstSeen)
    }

    @Test("One that comes back is as old as it was, and its absence is history", arguments: StoreKind.all)
    func returned(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let rows = [Given.row("1", "2020-02-03"), Given.row("2", "2020-02-03"), Given.row("3", "2020-02-03")]
        try await scene.publish(rows, of: Given.week, body: "a")
        let first = try #require(try await scene.published()["3 2020-02-03"])
        let created = try await scene.query("SELECT created_at FROM nasa_neo_data WHERE id = '3'")
        #expect(try await scene.publish(Array(rows.dropLast()), of: Given.week, body: "b").retired == 1)
        #expect(try await scene.published()["3 2020-02-03"] == nil)
        #expect(try await scene.publish(rows, of: Given.week, body: "c").inserted == 1)
        #expect(try await scene.published()["3 2020-02-03"]?.firstSeen == first.firstSeen)
        #expect(try await scene.query("SELECT created_at FROM nasa_neo_data WHERE id = '3'") == created)
        #expect(try await scene.query("SELECT change_kind FROM nasa_neo_history") == [["retired"]])
    }

    @Test("The feed never retires a lookup's rows that no feed has listed", arguments: StoreKind.all)
    func lookupStays(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(
            [Given.row("7", "2020-02-05"), Given.row("7", "2020-02-06", body: "Venus")], of: .lookup(spkID: "7"),
            body: "l")
        #expect(try await scene.publish([], of: Given.week, body: "b").retired == 0)
        #expect(Set(try await scene.published().keys) == ["7 2020-02-05", "7 2020-02-06"])
    }

    @Test(
        "A record in quarantine retires nothing, its own rows and, where it does not say whose it is, all",
        arguments: StoreKind.all, ["2", nil])
    func unreadable(_ kind: StoreKind, id: String?) async throws {
        let scene = try await Scene(kind)
        try await scene.publish(
            [Given.row("1", "2020-02-03"), Given.row("2", "2020-02-03"), Given.row("3", "2020-02-03")], of: Given.week,
            body: "a")
        let counts = try await scene.publish(
            [Given.row("1", "2020-02-03")], of: Given.week, body: "b", rejected: [Given.rejected(id)])
        #expect(counts.retired == (id == nil ? 0 : 1))
        // Once a sound body comes, all of it counts.
        try await scene.publish([Given.row("1", "2020-02-03")], of: Given.week, body: "c")
        #expect(Set(try await scene.published().keys) == ["1 2020-02-03"])
    }

    @Test(
        "An orbit comes with a lookup; a newer one takes its place, and the older one is history",
        arguments: StoreKind.all)
    func orbits(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        func orbit(_ eccentricity: String) -> ObjectOrbit {
            ObjectOrbit(
                id: "7", name: "(7)", designation: "2020 AB",
                elements: ["eccentricity": eccentricity, "orbit_class_type": "APO", "x": "y"])
        }
        try await scene.publish(
            [Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "l", orbits: [orbit("0.25")])
        try await scene.publish(
            [Given.row("7", "1999-01-01")], of: .lookup(spkID: "7"), body: "m", orbits: [orbit("0.5")])
        func eccentricities(_ table: String) async throws -> [Double?] {
            try await scene.query("SELECT eccentricity FROM \(table)").map { $0[0].flatMap { Double($0) } }
        }
        #expect(try await eccentricities("nasa_neo_orbits") == [0.5])
        #expect(try await eccentricities("nasa_neo_orbits_history") == [0.25])
    }

    @Test("A run's figures are the sums of its publications", arguments: StoreKind.all)
    func figures(_ kind: StoreKind) async throws {
        let scene = try await Scene(kind)
        let run = try await scene.begin()
        let other = Given.feed("2020-02-11", "2020-02-18")
        _ = try await scene.store.claim([Given.week, other], for: run)
        _ = try await scene.store.publish(
            [
                [
                    scene.judged(
                        Given.statement(Given.week, [Given.row("1", "2020-02-03")], rejected: [Given.rejected("9")]),
                        of: Given.week, body: "a")
                ],
                [
                    scene.judged(
                        Given.statement(other, [Given.row("2", "2020-02-11"), Given.row("3", "2020-02-12")]), of: other,
                        body: "b")
                ],
            ], by: run, checkpointLimit: nil)
        let record = try #require(try await scene.store.run(run))
        #expect(record.published == 2)
        #expect(record.inserted == 3)
        #expect(record.quarantined == 1)
    }
}
