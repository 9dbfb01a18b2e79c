import NearEarth

/// What has versions: a row of a table of what holds, and of its history once it holds no more.
protocol Versioned {
    associatedtype Key: Hashable & Sendable

    /// The table of what holds, and its history. Their first columns state facts; the others, of a version's own, are
    /// `bookkeeping`.
    static var tables: (live: String, history: String) { get }
    /// How many columns state facts.
    static var factCount: Int { get }
    /// What to read of a row beside the bookkeeping: the key, the facts, and what other tables have among their
    /// bookkeeping.
    static var selected: String { get }

    /// The values of a key's columns.
    static func values(of key: Key) -> [SQLValue]
    /// A row's key.
    static func key(_ row: SQLRow) throws -> Key
    /// What a row of `selected` states.
    init(_ row: SQLRow) throws

    /// What the columns say that state facts.
    var values: [String?] { get }
    /// The same as `DelimitedText`, where an engine wrote it.
    var line: ArraySlice<UInt8>? { get }
    /// Whether both state the same.
    func states(theSameAs other: Self) -> Bool
    /// Whether both are also written the same, digit for digit.
    func isWritten(as other: Self) -> Bool
    /// What stands beside the facts of a version; `moment` is when it is published.
    static func bookkeeping(of version: Version<Self>, in stored: Stored<Self>, at moment: String) -> [String?]
}

/// What an observation states of an approach: facts that the store has, or a row of a statement, which is only read
/// where it has to be.
enum ApproachRow {
    case stored(ApproachFacts)
    case listed(Incoming, Int)

    /// The facts.
    var facts: ApproachFacts {
        switch self {
        case .stored(let facts): facts
        case .listed(let incoming, let row): incoming.statement.rows.facts(row)
        }
    }
}

extension ApproachRow: Versioned {
    static let tables = (live: "nasa_neo_data", history: "nasa_neo_history")
    static let factCount = ApproachColumn.allCases.count
    static let selected = "id, orbiting_body, observation_date, source_record, epoch_ms, miss_distance_au_digits"

    static func values(of key: ApproachKey) -> [SQLValue] { [key.id.sql, key.orbitingBody.sql, key.date.sql] }

    static func key(_ row: SQLRow) throws -> ApproachKey {
        ApproachKey(id: try row["id"], orbitingBody: try row["orbiting_body"], date: try row["observation_date"])
    }

    init(_ row: SQLRow) throws { self = .stored(try ApproachFacts(row)) }

    var values: [String?] { facts.values ?? [] }

    var line: ArraySlice<UInt8>? {
        if case .listed(let incoming, let row) = self { incoming.statement.rows.line(row) } else { nil }
    }

    func states(theSameAs other: ApproachRow) -> Bool { facts == other.facts }

    func isWritten(as other: ApproachRow) -> Bool {
        let (one, other) = (facts, other.facts)
        return one.record == other.record && one.missDistanceAU == other.missDistanceAU
            && one.epochMilliseconds == other.epochMilliseconds
    }

    static func bookkeeping(of version: Version<ApproachRow>, in stored: Stored<ApproachRow>, at moment: String)
        -> [String?]
    {
        // A feed's, once a feed has listed it.
        let source: Batch.Source = stored.firstFeed == nil ? .lookup : .feed
        let (created, first) = (stored.createdAt ?? moment, stored.versions.first?.since.seenAt)
        guard let end = version.end else {
            let seen = (version.lastUnclear ?? version.since).seenAt
            return [
                source.rawValue, created, version.since.batchDate, first, seen, version.since.number,
                stored.firstFeed?.number,
            ]
        }
        return [
            source.rawValue, created, version.since.batchDate, first, version.since.number, stored.firstFeed?.number,
            end.kind.rawValue, version.last.seenAt, end.by.seenAt, end.by.number,
        ]
    }
}

extension ObjectOrbit: Versioned {
    static let tables = (live: "nasa_neo_orbits", history: "nasa_neo_orbits_history")
    static let factCount = columns.count
    static let selected = "id, NULL AS created_at, NULL AS feed_observation_id, 'revised' AS change_kind"

    static func values(of id: String) -> [SQLValue] { [id.sql] }
    static func key(_ row: SQLRow) throws -> String { try row["id"] }

    init(_ row: SQLRow) throws {
        let record: String = try row["source_record"]
        guard let orbit = ObjectOrbit(record: record) else { throw StoreError.unreadable("the orbit \(record)") }
        self = orbit
    }

    var line: ArraySlice<UInt8>? { nil }
    func isWritten(as other: ObjectOrbit) -> Bool { self == other }

    static func bookkeeping(of version: Version<ObjectOrbit>, in stored: Stored<ObjectOrbit>, at moment: String)
        -> [String?]
    {
        let since = [version.row.record, version.since.seenAt, version.since.number]
        return since + (version.end.map { [version.last.seenAt, $0.by.seenAt, $0.by.number] } ?? [])
    }
}
