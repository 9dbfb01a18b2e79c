import Foundation
import NearEarth
import PerigeeTesting
import Synchronization
import Testing
import Warehouse

/// A clock that a test sets.
final class TestClock: Sendable {
    private let date = Mutex(Date(timeIntervalSince1970: 1_700_000_000))

    var now: Date { date.withLock { $0 } }

    func advance(_ seconds: Double) { date.withLock { $0 += seconds } }
}

/// A kind of store that the suite runs on: an empty one is made for each test.
struct StoreKind: Sendable, CustomTestStringConvertible {
    /// A store with its schema up to date, and a client of its database beside it.
    struct Opened: Sendable {
        var store: any Store
        var query: @Sendable (String) async throws -> [[String?]]
        /// What has to live as long as the store.
        var keeping: [any Sendable] = []
    }

    let testDescription: String
    let open: @Sendable (TestClock) async throws -> Opened

    /// Every kind at hand: SQLite, and the servers that `scripts/test` has started.
    static let all = [sqlite] + TestServer.all.map(server)

    static func server(_ server: TestServer) -> StoreKind {
        StoreKind(testDescription: server.testDescription) { clock in
            let (url, environment) = try await server.makeDatabase()
            let file = environment["PERIGEE_STORE_PASSWORD_FILE"] ?? ""
            let password = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
            let database = try StoreURL.database(url, StoreCredentials(password: password))
            try await database.migrate()
            return Opened(store: SQLStore(database: database, now: { clock.now }), query: { try await run($0, on: database) })
        }
    }

    static let sqlite = StoreKind(testDescription: "sqlite") { clock in
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder("perigee.db"))
        try await database.migrate()
        return Opened(store: SQLStore(database: database, now: { clock.now }), query: { try await run($0, on: database) }, keeping: [folder])
    }

    /// Runs a query as a user's client would, every value as text.
    static func run(_ sql: String, on database: any SQLDatabase) async throws -> [[String?]] {
        try await database.read { session in
            var rows: [[String?]] = []
            try session.query(sql, []) { rows.append($0.map(text)) }
            return rows
        }
    }

    private static func text(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .bool(let flag): flag ? "1" : "0"
        case .text(let text), .decimal(let text), .day(let text), .instant(let text): text
        }
    }
}

/// A store with a clock, and the steps that tests take in it.
struct Scene: Sendable {
    let opened: StoreKind.Opened
    let clock: TestClock

    var store: any Store { opened.store }

    init(_ kind: StoreKind) async throws {
        clock = TestClock()
        opened = try await kind.open(clock)
    }

    func query(_ sql: String) async throws -> [[String?]] { try await opened.query(sql) }

    /// A number that a query gives.
    func count(_ sql: String) async throws -> Int { try await query(sql).first?.first?.flatMap { Int($0) } ?? -1 }

    func begin(by process: ProcessIdentity = .current, command: String = "run") async throws -> RunID {
        try await store.beginRun(RunStart(command: command, engine: "embedded", range: nil, service: "test", planned: 1), by: process)
    }

    func finish(_ run: RunID) async throws {
        try await store.finishRun(
            run, RunEnd(status: .succeeded, exitCode: 0, error: nil, skipped: 0, failed: 0, requests: 1, waitedMilliseconds: 0, remaining: 9))
    }

    /// A body's facts; its name stands for its bytes.
    func landed(_ body: String, simulated: Bool = false) -> LandedFacts {
        let digest = String((body + String(repeating: "0", count: 64)).prefix(64))
        return LandedFacts(
            file: "raw-\(body).json", sha256: digest, bytes: 10, receivedAt: clock.now, requestID: "r-\(body)", isSimulated: simulated)
    }

    func claim(_ batch: Batch, _ run: RunID) async throws {
        guard case .granted = try await store.claim(batch, for: run) else { throw Failure(message: "\(batch) is held") }
    }

    func stage(
        _ rows: [CloseApproach], of batch: Batch, body: String, by run: RunID, quarantined: [QuarantinedRecord] = [], orbits: [ObjectOrbit] = [],
        simulated: Bool = false
    ) async throws {
        let facts = landed(body, simulated: simulated)
        try await store.recordLanding(facts, of: batch, by: run)
        let days = Dictionary(grouping: rows, by: \.observationDate).map { StagedBatch.ListedDay(date: $0.key, listed: $0.value.count) }
        try await store.stage(
            StagedBatch(
                batch: batch, landed: facts, processedFile: "processed-\(body).csv", elementCount: rows.count + quarantined.count,
                listed: rows.count + quarantined.count, records: rows.count + quarantined.count, rejectedRecords: quarantined.count,
                days: days.sorted { $0.date < $1.date }, rows: ApproachRows(rows, source: batch.source), orbits: orbits, quarantined: quarantined),
            by: run)
    }

    /// All stages of a batch in a run of its own, an hour after the last.
    @discardableResult
    func publish(
        _ rows: [CloseApproach], of batch: Batch, body: String, quarantined: [QuarantinedRecord] = [], orbits: [ObjectOrbit] = [], simulated: Bool = false,
        movesCheckpoint: Bool = false
    ) async throws -> PublishCounts {
        clock.advance(3600)
        let run = try await begin()
        try await claim(batch, run)
        try await stage(rows, of: batch, body: body, by: run, quarantined: quarantined, orbits: orbits, simulated: simulated)
        try await store.recordAudit([], of: batch, by: run)
        let counts = try await store.publish(batch, by: run, movesCheckpoint: movesCheckpoint)
        try await finish(run)
        return counts
    }

    /// The published rows by id and day.
    func published() async throws -> [String: PublishedApproach] {
        let rows = try await store.approaches(ApproachQuery())
        return Dictionary(rows.map { ("\($0.approach.id) \($0.approach.observationDate)", $0) }, uniquingKeysWith: { $1 })
    }
}

/// Shorthands for what tests talk about.
enum Given {
    static func day(_ text: String) -> CalendarDate {
        CalendarDate(text) ?? CalendarDate(daysSinceEpoch: 0)
    }

    static func feed(_ from: String, _ to: String) -> Batch { .feed(DateWindow(from: day(from), to: day(to))) }

    static let week = feed("2020-02-03", "2020-02-10")

    /// A row; `km` tells revisions apart.
    static func row(
        _ id: String, _ date: String, km: String = "14959787.000000000", body: String = "Earth", hazardous: Bool = false, sentry: Bool? = false,
        h: String? = "20.0", kps: String = "10.0", name: String? = nil
    ) -> CloseApproach {
        let name = name ?? "(\(id))"
        let diameters: (max: String?, min: String?) = h == nil ? (nil, nil) : ("0.5943468684", "0.2658")
        let fields = [
            id, id, CSVRecord.field(name), h ?? "", hazardous ? "True" : "False", diameters.max ?? "", diameters.min ?? "", "\(date) full", kps, km, body, date,
            sentry.map { $0 ? "True" : "False" } ?? "",
        ]
        return CloseApproach(
            id: id, neoReferenceID: id, name: name, absoluteMagnitude: h, isPotentiallyHazardous: hazardous, diameterMaxKilometers: diameters.max,
            diameterMinKilometers: diameters.min, approachDateFull: "\(date) full", velocityKilometersPerSecond: kps, missDistanceKilometers: km,
            missDistanceAU: "0.1", orbitingBody: body, observationDate: day(date),
            epochMilliseconds: Int64(day(date).daysSinceEpoch) * 86_400_000, isSentryObject: sentry, record: fields.joined(separator: ","))
    }

    static func rejected(_ id: String?, rule: String = "field-type", path: String = "$.x[0].h") -> QuarantinedRecord {
        QuarantinedRecord(rule: rule, path: path, recordPath: "$.x[0]", value: "bright", reason: "no number", spkID: id, record: "{}")
    }
}

/// The store's error that a step has to end with.
func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}
