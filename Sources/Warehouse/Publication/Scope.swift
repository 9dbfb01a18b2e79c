import NearEarth

/// What a store has of the days and the objects that statements speak of: the versions, and the observations that made them.
struct Scope {
    private(set) var approaches: [ApproachKey: Stored<ApproachRow>] = [:]
    private(set) var orbits: [String: Stored<ObjectOrbit>] = [:]
    /// Published observations by the days that they list, and by the objects that they show, in the order of their stamps.
    private var byDay: [CalendarDate: [LoggedObservation]] = [:]
    private var byObject: [String: [LoggedObservation]] = [:]
    /// The approaches to Earth by their days, and all of them by their objects.
    private var keysOfDay: [CalendarDate: [ApproachKey]] = [:]
    private var keysOfObject: [String: [ApproachKey]] = [:]
    /// Those of `byObject` that brought an orbit.
    private var withOrbit: [String: Set<Int64>] = [:]

    /// Reads the scope of statements.
    init(of incoming: [Incoming], _ session: any SQLSession) throws {
        let days = Set(incoming.flatMap { $0.statement.days.map(\.date) })
        let objects = Set(incoming.flatMap(\.statement.objects))
        let loader = try ScopeLoader(session)
        let live = try loader.approaches(live: true, days, objects)
        let ended = try loader.approaches(live: false, days, objects)
        var keys = Set(live.map(\.key)).union(ended.map(\.key))
        for one in incoming { keys.formUnion(one.rows.keys) }
        let log = try loader.observations(
            days: days.union(keys.lazy.filter { $0.orbitingBody == Incoming.feedBody }.map(\.date)), objects: objects.union(keys.lazy.map(\.id)))
        byDay = log.byDay
        byObject = log.byObject
        withOrbit = log.withOrbit
        for row in ended + live {
            if approaches[row.key] == nil { insert(row.key, Stored()) }
            try row.add(to: &approaches[row.key, default: Stored()], log.all)
        }
        for row in try loader.orbits(objects) { try row.add(to: &orbits[row.key, default: Stored()], log.all) }
        for key in approaches.keys { approaches[key]?.versions.sort { $0.since < $1.since } }
        for key in orbits.keys { orbits[key]?.versions.sort { $0.since < $1.since } }
    }

    // MARK: What changes

    /// The approach's versions once these statements are in the log, and the first feed that lists it. A statement that is in the log
    /// already takes the place of what it said there.
    func versions(of key: ApproachKey, adding incoming: [Incoming]) -> Stored<ApproachRow> {
        let stored = approaches[key] ?? Stored()
        var logged = byObject[key.id] ?? []
        if key.orbitingBody == Incoming.feedBody { logged += byDay[key.date] ?? [] }
        let replaced = Set(incoming.map(\.observation.id))
        var sayings = logged.filter { !replaced.contains($0.id) }.map { (by: $0, says: stored.says($0, of: key)) }
        for one in incoming { sayings.append((one.observation, one.says(of: key))) }
        sayings.sort { $0.by < $1.by }
        let firstFeed = sayings.first { saying in if case .row = saying.says { saying.by.isFeed } else { false } }?.by
        return Stored(versions: Warehouse.versions(sayings, same: ==), firstFeed: firstFeed, createdAt: stored.createdAt)
    }

    /// The same for an orbit.
    func orbitVersions(of id: String, adding incoming: [Incoming]) -> Stored<ObjectOrbit> {
        let stored = orbits[id] ?? Stored()
        let replaced = Set(incoming.map(\.observation.id))
        var sayings = (byObject[id] ?? []).filter { !replaced.contains($0.id) }.map {
            (by: $0, says: stored.says($0, hasOrbit: withOrbit[id]?.contains($0.id) ?? false))
        }
        for one in incoming {
            if !one.isWithdrawn, let orbit = one.statement.orbits.last(where: { $0.id == id }) { sayings.append((one.observation, .row(orbit))) }
        }
        sayings.sort { $0.by < $1.by }
        return Stored(versions: Warehouse.versions(sayings) { $0.states(theSameAs: $1) })
    }

    /// Every approach that statements of one batch say something of: what they list, and what is stored of their days and objects.
    func keys(of incoming: [Incoming]) -> Set<ApproachKey> {
        var keys = Set<ApproachKey>()
        for one in incoming {
            keys.formUnion(one.rows.keys)
            for day in one.statement.days { keys.formUnion(keysOfDay[day.date] ?? []) }
            for id in one.statement.objects { keys.formUnion(keysOfObject[id] ?? []) }
        }
        return keys
    }

    /// The newest published observation that lists a day.
    func newest(on day: CalendarDate) -> LoggedObservation? { byDay[day]?.last }

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

/// A row of `nasa_neo_data`, `nasa_neo_history`, `nasa_neo_orbits` or `nasa_neo_orbits_history`.
private struct StoredRow<Key: Hashable, Row> {
    let key: Key
    let row: Row
    let since: Int64
    var firstFeed: Int64?
    var end: (by: Int64, kind: Version<Row>.End)?
    var createdAt: String?
    var written: [String?] = []

    /// Adds it to what is stored under its key.
    func add(to stored: inout Stored<Row>, _ log: [Int64: LoggedObservation]) throws {
        func logged(_ id: Int64) throws -> LoggedObservation {
            guard let observation = log[id] else { throw StoreError.unreadable("\(key) of an observation \(id) that the log does not have") }
            return observation
        }
        let since = try logged(since)
        stored.versions.append(Version(row: row, since: since, last: since, end: try end.map { (try logged($0.by), $0.kind) }))
        stored.written[since.id] = written
        if let firstFeed = try firstFeed.map(logged), stored.firstFeed.map({ firstFeed < $0 }) ?? true { stored.firstFeed = firstFeed }
        if let createdAt { stored.createdAt = min(stored.createdAt ?? createdAt, createdAt) }
    }
}

/// The queries behind a scope.
private struct ScopeLoader {
    let session: any SQLSession
    /// Whether any lookup or page is published: most stores have none.
    private let hasObjects: Bool

    init(_ session: any SQLSession) throws {
        self.session = session
        hasObjects = try session.first("SELECT id FROM perigee_objects LIMIT 1") != nil
    }

    /// Rows of the feed's approaches on days, and of all approaches of objects.
    func approaches(live: Bool, _ days: Set<CalendarDate>, _ objects: Set<String>) throws -> [StoredRow<ApproachKey, ApproachRow>] {
        let table = live ? "nasa_neo_data" : "nasa_neo_history"
        let bookkeeping = live ? Schema.bookkeeping : Schema.historyBookkeeping
        let select = """
            SELECT id, orbiting_body, observation_date, source_record, epoch_ms, miss_distance_au_digits, \(bookkeeping.joined(separator: ", "))
            FROM \(table)
            """
        var found: [StoredRow<ApproachKey, ApproachRow>] = []
        func add(_ row: SQLRow, _ date: CalendarDate) throws {
            let written = try bookkeeping.map { column in
                try Schema.instants.contains(column) ? Timestamp.text(try row.instant(column)) : row.optionalText(column)
            }
            found.append(
                StoredRow(
                    key: ApproachKey(id: try row.text("id"), orbitingBody: try row.text("orbiting_body"), date: date),
                    row: .stored(try ApproachFacts(row)), since: try row.int64("observation_id"), firstFeed: try row.optionalInt64("feed_observation_id"),
                    end: live ? nil : (try row.int64("superseded_by"), try row.word("change_kind")), createdAt: Timestamp.text(try row.instant("created_at")),
                    written: written))
        }
        if let first = days.min(), let last = days.max() {
            try session.query(
                "\(select) WHERE observation_date >= ? AND observation_date <= ? AND orbiting_body = ?", [.date(first), .date(last), .text(Incoming.feedBody)]
            ) { row in
                let date = try row.day("observation_date")
                if days.contains(date) { try add(row, date) }
            }
        }
        try session.rows("\(select) WHERE id IN (*marks*)", matching: objects, SQLValue.text) { row in
            let date = try row.day("observation_date")
            // An object's approaches on the days of a feed are there already.
            if try !days.contains(date) || row.text("orbiting_body") != Incoming.feedBody { try add(row, date) }
        }
        return found
    }

    func orbits(_ objects: Set<String>) throws -> [StoredRow<String, ObjectOrbit>] {
        guard !objects.isEmpty, hasObjects else { return [] }
        var found: [StoredRow<String, ObjectOrbit>] = []
        for (table, end) in [("nasa_neo_orbits", ""), ("nasa_neo_orbits_history", ", superseded_by")] {
            let sql = "SELECT id, source_record, observation_id\(end) FROM \(table) WHERE id IN (*marks*)"
            try session.rows(sql, matching: objects, SQLValue.text) { row in
                let record = try row.text("source_record")
                guard let orbit = ObjectOrbit(record: record) else { throw StoreError.unreadable("the orbit \(record)") }
                found.append(
                    StoredRow(
                        key: orbit.id, row: orbit, since: try row.int64("observation_id"),
                        end: end.isEmpty ? nil : (try row.int64("superseded_by"), .revised)))
            }
        }
        return found
    }

    struct Log {
        var all: [Int64: LoggedObservation] = [:]
        var byDay: [CalendarDate: [LoggedObservation]] = [:]
        var byObject: [String: [LoggedObservation]] = [:]
        var withOrbit: [String: Set<Int64>] = [:]
    }

    /// The published observations that list these days or show these objects.
    func observations(days: Set<CalendarDate>, objects: Set<String>) throws -> Log {
        var onDays: [(CalendarDate, Int64)] = []
        var ofObjects: [(String, Int64)] = []
        var log = Log()
        try session.rows("SELECT observation_date, observation_id FROM perigee_days WHERE observation_date IN (*marks*)", matching: days, SQLValue.date) {
            onDays.append((try $0.day("observation_date"), try $0.int64("observation_id")))
        }
        if hasObjects {
            try session.rows("SELECT id, observation_id, has_orbit FROM perigee_objects WHERE id IN (*marks*)", matching: objects, SQLValue.text) {
                let (object, id) = (try $0.text("id"), try $0.int64("observation_id"))
                ofObjects.append((object, id))
                if try $0.bool("has_orbit") { log.withOrbit[object, default: []].insert(id) }
            }
        }
        let ids = Set(onDays.map(\.1) + ofObjects.map(\.1))
        let sql = "SELECT \(Observation.columns) FROM perigee_observations WHERE observation_id IN (*marks*)"
        try session.rows(sql, matching: ids, SQLValue.integer) { row in
            let observation = try LoggedObservation(row)
            log.all[observation.id] = observation
        }
        for (day, id) in onDays { if let observation = log.all[id] { log.byDay[day, default: []].append(observation) } }
        for (object, id) in ofObjects { if let observation = log.all[id] { log.byObject[object, default: []].append(observation) } }
        for day in log.byDay.keys { log.byDay[day]?.sort(by: <) }
        for object in log.byObject.keys { log.byObject[object]?.sort(by: <) }
        return log
    }
}
