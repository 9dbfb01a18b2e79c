import Foundation
import NearEarth
import PerigeeTesting
import Support
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
    let testDescription: String
    let open: @Sendable () async throws -> (database: any SQLDatabase, keeping: [any Sendable])

    /// Every kind at hand: SQLite, and the servers that `scripts/test` has started.
    static let all = [sqlite] + TestServer.all.map(server)

    static func server(_ server: TestServer) -> StoreKind {
        StoreKind(testDescription: server.testDescription) {
            let (url, environment) = try await server.makeDatabase()
            let file = environment["PERIGEE_STORE_PASSWORD_FILE"] ?? ""
            let password = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
            return (try await StoreURL.database(url, StoreCredentials(password: password)), [])
        }
    }

    static let sqlite = StoreKind(testDescription: "sqlite") {
        let folder = try TemporaryFolder()
        return (try await SQLiteDatabase.open(path: folder("perigee.db")), [folder])
    }
}

/// A store with a clock, and the steps that tests take in it.
struct Scene: Sendable {
    let store: Store
    let database: any SQLDatabase
    let clock = TestClock()
    private let keeping: [any Sendable]

    init(_ kind: StoreKind) async throws {
        (database, keeping) = try await kind.open()
        try await database.migrate()
        store = Store(database: database, now: { [clock] in clock.now })
    }

    /// Runs a query as a user's client would, every value as text.
    func query(_ sql: String) async throws -> [[String?]] {
        try await database.read { session in
            var rows: [[String?]] = []
            try session.query(sql, []) { rows.append($0.all.map(Self.text)) }
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

    func begin(by process: ProcessIdentity = .current, command: String = "run") async throws -> RunID {
        try await store.beginRun(
            command: command, engine: "embedded", range: nil, service: "test", planned: 1, by: process)
    }

    func finish(_ run: RunID) async throws {
        var end = RunEnd(.succeeded, exitCode: 0)
        end.service = (1, 0, 9)
        try await store.finishRun(run, end)
    }

    func claim(_ batch: Batch, _ run: RunID) async throws -> Claim { try await store.claim([batch], for: run)[0] }

    /// An answer at the clock's time; the body's name stands for its bytes.
    func observation(of batch: Batch, body: String, simulated: Bool = false) -> Observation {
        let moment = Int64(clock.now.timeIntervalSince1970 * 1000)
        let digest = String((body + String(repeating: "0", count: 64)).prefix(64))
        return Observation(
            batch: batch, stamp: Stamp(service: moment, received: moment, sha256: digest), file: "raw-\(body).json",
            revision: 1, bytes: 10,
            requestID: "r-\(body)", service: "test", isSimulated: simulated)
    }

    /// A statement with its observation, judged: refused where one of `results` is a refusal.
    func judged(
        _ statement: Statement, of batch: Batch, body: String, results: [QualityResult] = [], simulated: Bool = false
    ) -> JudgedStatement {
        let verdict = Verdict(
            rules: 1, isAccepted: !results.isRefusal,
            findings: results.filter { !$0.passed && $0.severity == .batch }.map { "\($0.rule): \($0.detail)" },
            recordedAt: clock.now)
        return JudgedStatement(
            observation: observation(of: batch, body: body, simulated: simulated), statement: statement,
            processedFile: "processed-\(body).csv",
            judgment: Judgment(verdict), results: results)
    }

    /// All steps of a batch in a run of its own, an hour after the last.
    @discardableResult
    func publish(
        _ rows: [CloseApproach], of batch: Batch, body: String, rejected: [RejectedRecord] = [],
        orbits: [ObjectOrbit] = [], results: [QualityResult] = [],
        simulated: Bool = false, movesCheckpoint: Bool = false
    ) async throws -> PublishCounts {
        clock.advance(3600)
        let run = try await begin()
        _ = try await claim(batch, run)
        let item = judged(
            Given.statement(batch, rows, rejected: rejected, orbits: orbits), of: batch, body: body, results: results,
            simulated: simulated)
        let counts = try await store.publish(
            [[item]], by: run, checkpointLimit: movesCheckpoint ? CalendarDate("9999-12-31") : nil)
        try await finish(run)
        return counts[0]
    }

    /// The published rows by id and day.
    func published() async throws -> [String: PublishedApproach] {
        let rows = try await store.approaches(ApproachQuery())
        return Dictionary(
            rows.map { ("\($0.approach.id) \($0.approach.observationDate)", $0) }, uniquingKeysWith: { $1 })
    }
}

/// Shorthands for what tests talk about.
enum Given {
    static func day(_ text: String) -> CalendarDate {
        CalendarDate(text) ?? CalendarDate(daysSinceEpoch: 0)
    }

    static func feed(_ from: String, _ to: String) -> Batch { .feed(DateWindow(from: day(from), to: day(to))) }

    static let week = feed("2020-02-03", "2020-02-10")

    /// What an answer with these rows says: a feed lists all days of its window.
    static func statement(
        _ batch: Batch, _ rows: [CloseApproach], rejected: [RejectedRecord] = [], orbits: [ObjectOrbit] = []
    ) -> Statement {
        var statement = Statement()
        if let window = batch.window {
            statement.days = window.days.map { day in .init(date: day, listed: rows.count { $0.observationDate == day })
            }
        } else {
            statement.kind = .page
            statement.objects = Set(rows.map(\.id)).sorted()
            if case .lookup(let id) = batch {
                statement.kind = .lookup
                statement.spkID = id
                statement.objects = [id]
            }
        }
        statement.listed = rows.count + rejected.count
        statement.elementCount = statement.listed
        statement.records = statement.listed
        statement.rejectedRecords = rejected.count
        for row in rows {
            let facts = ApproachFacts(
                record: row.record, epochMilliseconds: row.epochMilliseconds, missDistanceAU: row.missDistanceAU)
            var line: [UInt8] = []
            DelimitedText.append(facts.values ?? [], to: &line)
            guard statement.rows.append(line: line.dropLast()) else { preconditionFailure("no row: \(row.record)") }
        }
        statement.orbits = orbits
        statement.rejected = rejected
        statement.unreadable.ids = Set(rejected.compactMap(\.spkID))
        statement.unreadable.hasAnonymous = rejected.contains { $0.spkID == nil }
        return statement
    }

    /// A row; `km` tells revisions apart.
    static func row(
        _ id: String, _ date: String, km: String = "14959787.000000000", body: String = "Earth",
        hazardous: Bool = false, sentry: Bool? = false,
        h: String? = "20.0", kps: String = "10.0", name: String? = nil
    ) -> CloseApproach {
        let name = name ?? "(\(id))"
        let diameters: (max: String?, min: String?) = h == nil ? (nil, nil) : ("0.5943468684", "0.2658")
        let fields = [
            id, id, CSVRecord.field(name), h ?? "", hazardous ? "True" : "False", diameters.max ?? "",
            diameters.min ?? "", "\(date) full", kps, km, body, date,
            sentry.map { $0 ? "True" : "False" } ?? "",
        ]
        let epoch = Int64(day(date).daysSinceEpoch) * 86_400_000
        let facts = ApproachFacts(
            record: fields.joined(separator: ","), epochMilliseconds: epoch, missDistanceAU: "0.1")
        guard let row = CloseApproach(facts) else { preconditionFailure("no record: \(facts.record)") }
        return row
    }

    static func rejected(
        _ id: String?, rule: String = "field-type", path: String = "$.x[0].h", value: String = "bright",
        record: String = "{}"
    )
        -> RejectedRecord
    {
        RejectedRecord(
            rule: rule, path: path, recordPath: "$.x[0]", value: value, reason: "no number", spkID: id,
            day: day("2020-02-03"), record: record)
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
