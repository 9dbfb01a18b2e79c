import Foundation
import NearEarth

/// What a store has of the days and the objects that statements speak of: the versions, and the observations that made
/// them.
struct Scope {
    private(set) var approaches: [ApproachKey: Stored<ApproachRow>] = [:]
    private(set) var orbits: [String: Stored<ObjectOrbit>] = [:]
    /// Published observations by the days that they list, and by the objects that they show, in the order of their
    /// stamps.
    private var byDay: [CalendarDate: [LoggedObservation]]
    private var byObject: [String: [LoggedObservation]] = [:]
    /// The approaches to Earth by their days, and all of them by their objects.
    private var keysOfDay: [CalendarDate: [ApproachKey]] = [:]
    private var keysOfObject: [String: [ApproachKey]] = [:]
    /// Those of `byObject` that brought an orbit.
    private var withOrbit: [String: Set<Int64>] = [:]

    /// Reads the scope of statements.
    init(of incoming: [Incoming], _ session: any SQLSession) throws {
        try self.init(
            days: Set(incoming.flatMap { $0.statement.days.map(\.date) }),
            objects: Set(incoming.flatMap(\.statement.objects)), and: incoming.flatMap(\.rows.keys), session)
    }

    /// Reads what is stored of days' approaches to Earth and of objects, and the log on these and on further keys.
    init(
        days: Set<CalendarDate>, objects: Set<String>, and further: [ApproachKey] = [], _ session: any SQLSession
    ) throws {
        var rows = try StoredRow<ApproachRow>.all(
            "observation_date IN (*marks*) AND orbiting_body = '\(Incoming.feedBody)'", days, session)
        rows += try StoredRow<ApproachRow>.all("id IN (*marks*)", objects, session).filter { row in
            // An object's approaches on the days of a feed are there already.
            row.key.orbitingBody != Incoming.feedBody || !days.contains(row.key.date)
        }
        try self.init(rows, days, objects, further, session)
    }

    /// Reads what is stored of the approaches to any body on days, and the log on them.
    init(allOn days: Set<CalendarDate>, _ session: any SQLSession) throws {
        try self.init(StoredRow<ApproachRow>.all("observation_date IN (*marks*)", days, session), days, [], [], session)
    }

    private init(
        _ rows: [StoredRow<ApproachRow>], _ days: Set<CalendarDate>, _ objects: Set<String>, _ further: [ApproachKey],
        _ session: any SQLSession
    ) throws {
        let orbitRows = try StoredRow<ObjectOrbit>.all("id IN (*marks*)", objects, session)
        let keys = rows.map(\.key) + further
        byDay = try session.published(
            on: days.union(keys.lazy.filter { $0.orbitingBody == Incoming.feedBody }.map(\.date)))
        // Most stores have no lookup and no page.
        if try session.first("SELECT id FROM perigee_objects LIMIT 1") != nil {
            let ids = objects.union(keys.lazy.map(\.id))
            byObject = try session.published(showing: ids)
            let sql = "SELECT id, observation_id FROM perigee_objects WHERE has_orbit AND id IN (*marks*)"
            for row in try session.rows(sql, matching: ids) {
                withOrbit[try row["id"], default: []].insert(try row["observation_id"])
            }
        }
        let log = Dictionary(
            (Array(byDay.values) + Array(byObject.values)).joined().map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        for row in rows {
            if approaches[row.key] == nil { insert(row.key, Stored()) }
            try row.add(to: &approaches[row.key, default: Stored()], log)
        }
        for row in orbitRows { try row.add(to: &orbits[row.key, default: Stored()], log) }
        for key in approaches.keys { approaches[key]?.versions.sort { $0.since < $1.since } }
        for key in orbits.keys { orbits[key]?.versions.sort { $0.since < $1.since } }
    }

    // MARK: What changes

    /// What each published observation said of an approach, in the order of their stamps.
    func sayings(of key: ApproachKey) -> [(by: LoggedObservation, says: Saying<ApproachRow>)] {
        let stored = approaches[key] ?? Stored()
        var logged = byObject[key.id] ?? []
        if key.orbitingBody == Incoming.feedBody { logged += byDay[key.date] ?? [] }
        return logged.map { (by: $0, says: stored.says($0, of: key)) }.sorted { $0.by < $1.by }
    }

    /// The approach's versions once these statements are in the log, and the first feed that lists it. A statement that
    /// is in the log already takes the place of what it said there.
    func versions(of key: ApproachKey, adding incoming: [Incoming]) -> Stored<ApproachRow> {
        let replaced = Set(incoming.map(\.observation.id))
        var sayings = sayings(of: key).filter { !replaced.contains($0.by.id) }
        sayings += incoming.map { ($0.observation, $0.says(of: key)) }
        sayings.sort { $0.by < $1.by }
        let firstFeed = sayings.first { saying in if case .row = saying.says { saying.by.isFeed } else { false } }?.by
        return Stored(
            versions: Warehouse.versions(sayings), firstFeed: firstFeed, createdAt: approaches[key]?.createdAt)
    }

    /// The same for an orbit, which an observation either has or does not mention.
    func orbitVersions(of id: String, adding incoming: [Incoming]) -> Stored<ObjectOrbit> {
        let replaced = Set(incoming.map(\.observation.id))
        var sayings = sayings(ofOrbit: id).filter { !replaced.contains($0.by.id) }
        for one in incoming where !one.isWithdrawn {
            guard let orbit = one.statement.orbits.last(where: { $0.id == id }) else { continue }
            sayings.append((by: one.observation, says: .row(orbit)))
        }
        return Stored(versions: Warehouse.versions(sayings.sorted { $0.by < $1.by }))
    }

    /// What each published observation that brought an orbit said of it, in the order of their stamps.
    func sayings(ofOrbit id: String) -> [(by: LoggedObservation, says: Saying<ObjectOrbit>)] {
        let stored = orbits[id] ?? Stored()
        let with = withOrbit[id] ?? []
        return (byObject[id] ?? []).filter { with.contains($0.id) }.sorted { $0 < $1 }.compactMap { observation in
            stored.version(after: observation).map { (by: observation, says: .row($0)) }
        }
    }

    /// Every approach that statements of one batch say something of: what they list, and what is stored of their days
    /// and objects.
    func keys(of incoming: [Incoming]) -> Set<ApproachKey> {
        var keys = Set<ApproachKey>(minimumCapacity: incoming.reduce(0) { $0 + $1.rows.count })
        for one in incoming {
            keys.formUnion(one.rows.keys)
            for day in one.statement.days { keys.formUnion(keysOfDay[day.date] ?? []) }
            for id in one.statement.objects { keys.formUnion(keysOfObject[id] ?? []) }
        }
        return keys
    }

    /// Goes on as if a statement was published: what its approaches are, and that the log has it.
    mutating func publish(_ one: Incoming) {
        for key in keys(of: [one]) {
            let stored = versions(of: key, adding: [one])
            if !stored.versions.isEmpty { insert(key, stored) }
        }
        func add(_ observations: inout [LoggedObservation]) {
            observations = (observations.filter { $0.id != one.observation.id } + [one.observation]).sorted(by: <)
        }
        for day in one.statement.days where one.observation.isFeed { add(&byDay[day.date, default: []]) }
        for id in one.statement.objects { add(&byObject[id, default: []]) }
    }

    private mutating func insert(_ key: ApproachKey, _ stored: Stored<ApproachRow>) {
        if approaches[key] == nil {
            if key.orbitingBody == Incoming.feedBody { keysOfDay[key.date, default: []].append(key) }
            keysOfObject[key.id, default: []].append(key)
        }
        approaches[key] = stored
    }
}

/// A row of what holds, or of the history.
private struct StoredRow<Row: Versioned> {
    let key: Row.Key
    private let isLive: Bool
    private let row: SQLRow
    /// The columns that do not state facts.
    private let bookkeeping: ArraySlice<Table.Column>

    /// The rows of both tables that a condition holds for, with `*marks*` for the items.
    static func all(_ condition: String, _ items: Set<some SQLConvertible>, _ session: any SQLSession) throws
        -> [StoredRow]
    {
        try [(Row.tables.live, true), (Row.tables.history, false)].flatMap { name, isLive in
            let bookkeeping = try Schema.table(name).columns.dropFirst(Row.factCount)
            let columns = bookkeeping.map(\.name).joined(separator: ", ")
            let sql = "SELECT \(Row.selected), \(columns) FROM \(name) WHERE \(condition)"
            return try session.rows(sql, matching: items).map {
                StoredRow(key: try Row.key($0), isLive: isLive, row: $0, bookkeeping: bookkeeping)
            }
        }
    }

    /// Adds it to what is stored under its key.
    func add(to stored: inout Stored<Row>, _ log: [Int64: LoggedObservation]) throws {
        func logged(_ id: Int64) throws -> LoggedObservation {
            guard let observation = log[id] else {
                throw StoreError.unreadable("\(key) of an observation \(id) that the log does not have")
            }
            return observation
        }
        let since = try logged(row["observation_id"])
        let end = isLive ? nil : (by: try logged(row["superseded_by"]), kind: try row["change_kind"] as VersionEnd)
        stored.versions.append(Version(row: try Row(row), since: since, last: since, end: end))
        stored.written[since.id] = try bookkeeping.map { $0.text(try row[$0.name]) }
        let firstFeed = try (row["feed_observation_id"] as Int64?).map(logged)
        if let firstFeed, stored.firstFeed.map({ firstFeed < $0 }) ?? true { stored.firstFeed = firstFeed }
        let createdAt = try (row["created_at"] as Date?).map(Timestamp.text)
        if let createdAt { stored.createdAt = min(stored.createdAt ?? createdAt, createdAt) }
    }
}
