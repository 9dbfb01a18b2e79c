import NearEarth

/// What publishing changes: rows of the tables as the versions now have them. A row that is as it was is not touched.
struct Changes {
    private let moment: String
    /// Approaches that the store did not have in `nasa_neo_data`, as an engine wrote them.
    private var inserted: [(key: ApproachKey, from: Incoming, row: Int, tail: [UInt8])] = []
    private var lastTail: (values: [String?], line: [UInt8]) = ([], [])
    private var updated: [[SQLValue]] = []
    private var deleted: [ApproachKey] = []
    private var ended: [[SQLValue]] = []
    private var reopened: [[SQLValue]] = []
    private var orbits: [[SQLValue]] = []
    private var endedOrbits: [[SQLValue]] = []
    private var reopenedOrbits: [[SQLValue]] = []
    private var deletedOrbits: [[SQLValue]] = []

    /// Nothing yet; `moment` is when it is published.
    init(at moment: String) {
        self.moment = moment
    }

    /// How the row of an approach in `nasa_neo_data` changed.
    enum Kind {
        case inserted, revised, retired, unchanged, absent
    }

    // MARK: Approaches

    /// Notes the way from what is stored of an approach to what is to be.
    mutating func add(_ key: ApproachKey, from old: Stored<ApproachRow>?, to new: Stored<ApproachRow>, _ incoming: [Incoming]) -> Kind {
        let before = old?.versions.last.flatMap { $0.end == nil ? $0 : nil }
        let after = new.versions.last.flatMap { $0.end == nil ? $0 : nil }
        addHistory(key, old, new)
        guard let after, let first = new.versions.first else {
            guard before != nil else { return .absent }
            deleted.append(key)
            return .retired
        }
        let tail: [String?] = [
            new.source, new.createdAt ?? moment, after.since.batchDate, first.since.seenAt, (after.lastUnclear ?? after.since).seenAt, after.since.number,
            new.firstFeed?.number,
        ]
        if before == nil, case .listed(let from, let row) = after.row {
            inserted.append((key, from, row, line(tail)))
            return .inserted
        }
        if before?.row.facts.isWritten(as: after.row.facts) != true || old?.written[after.since.id] != tail {
            updated.append(Self.values(after.row.facts) + zip(Schema.bookkeeping, tail).map(Self.value))
        }
        guard let before else { return .inserted }
        return before.row == after.row ? .unchanged : .revised
    }

    /// A row's bookkeeping as a load takes it. Rows that one observation brings have the same.
    private mutating func line(_ tail: [String?]) -> [UInt8] {
        if tail != lastTail.values {
            lastTail = (tail, [])
            DelimitedText.append(tail, to: &lastTail.line)
        }
        return lastTail.line
    }

    private mutating func addHistory(_ key: ApproachKey, _ old: Stored<ApproachRow>?, _ new: Stored<ApproachRow>) {
        guard old != nil || new.versions.count > 1 || new.versions.last?.end != nil else { return }
        let kept = Set(new.versions.lazy.filter { $0.end != nil }.map(\.since.id))
        for version in old?.versions ?? [] where version.end != nil && !kept.contains(version.since.id) {
            reopened.append(Self.values(key) + [.integer(version.since.id)])
        }
        for version in new.versions {
            guard let end = version.end else { continue }
            let tail: [String?] = [
                new.source, new.createdAt ?? moment, version.since.batchDate, new.versions.first?.since.seenAt, version.since.number,
                new.firstFeed?.number, end.kind.rawValue, version.last.seenAt, end.by.seenAt, end.by.number,
            ]
            let was = old?.versions.first { $0.end != nil && $0.since.id == version.since.id }
            if was?.row.facts.isWritten(as: version.row.facts) != true || old?.written[version.since.id] != tail {
                ended.append(Self.values(version.row.facts) + zip(Schema.historyBookkeeping, tail).map(Self.value))
            }
        }
    }

    // MARK: Orbits

    /// Notes the same for an orbit.
    mutating func addOrbit(_ id: String, from old: Stored<ObjectOrbit>?, to new: Stored<ObjectOrbit>) {
        for version in old?.versions ?? [] where version.end != nil && !new.versions.contains(where: { $0.end != nil && $0.since.id == version.since.id }) {
            reopenedOrbits.append([.text(id), .integer(version.since.id)])
        }
        if new.versions.isEmpty, old != nil { deletedOrbits.append([.text(id)]) }
        for version in new.versions {
            let row = Self.orbitValues(version.row) + [.text(version.row.record), .instant(version.since.seenAt), .integer(version.since.id)]
            guard let end = version.end else {
                if old?.versions.last?.since.id != version.since.id || old?.versions.last?.row != version.row { orbits.append(row) }
                continue
            }
            endedOrbits.append(row + [.instant(version.last.seenAt), .instant(end.by.seenAt), .integer(end.by.id)])
        }
    }

    private static let orbitColumns = ObjectOrbit.columns + ["source_record", "updated_at", "observation_id"]

    // MARK: Into the database

    /// Writes them.
    func apply(_ session: any SQLSession, _ dialect: SQLDialect) throws {
        try session.delete(from: "nasa_neo_history", Schema.key + ["observation_id"], reopened)
        try session.delete(from: "nasa_neo_data", Schema.key, deleted.map(Self.values))
        func upsert(_ table: String, _ columns: [String], _ key: [String], _ rows: [[SQLValue]]) throws {
            guard !rows.isEmpty else { return }
            try session.insert(table, columns, rows, dialect.upsert(key, columns.filter { !key.contains($0) }))
        }
        try upsert("nasa_neo_history", ApproachRows.columns + Schema.historyBookkeeping, Schema.key + ["observation_id"], ended)
        try upsert("nasa_neo_data", ApproachRows.columns + Schema.bookkeeping, Schema.key, updated)
        try load(session, dialect)
        try session.delete(from: "nasa_neo_orbits_history", ["id", "observation_id"], reopenedOrbits)
        try session.delete(from: "nasa_neo_orbits", ["id"], deletedOrbits)
        try upsert(
            "nasa_neo_orbits_history", Self.orbitColumns + ["last_seen", "superseded_at", "superseded_by"], ["id", "observation_id"], endedOrbits)
        try upsert("nasa_neo_orbits", Self.orbitColumns, ["id"], orbits)
    }

    private func load(_ session: any SQLSession, _ dialect: SQLDialect) throws {
        guard !inserted.isEmpty else { return }
        let rows = dialect.wantsKeyOrder ? inserted.sorted { ($0.key.id, $0.key.orbitingBody) < ($1.key.id, $1.key.orbitingBody) } : inserted
        var text: [UInt8] = []
        text.reserveCapacity(rows.count * 560)
        for (_, from, row, tail) in rows {
            text += from.statement.rows.line(row)
            text.append(0x09)
            text += tail
        }
        try session.load("nasa_neo_data", (ApproachRows.columns + Schema.bookkeeping).map { Column($0, Self.types[$0] ?? .text) }, text)
    }

    // MARK: Values

    /// The types of the columns of `nasa_neo_data` and its history.
    private static let types = Dictionary(
        Schema.tables.filter { ["nasa_neo_data", "nasa_neo_history"].contains($0.name) }.flatMap(\.columns).map { ($0.name, $0.type) },
        uniquingKeysWith: { first, _ in first })

    private static func values(_ key: ApproachKey) -> [SQLValue] { [.text(key.id), .text(key.orbitingBody), .day("\(key.date)")] }

    private static func values(_ facts: ApproachFacts) -> [SQLValue] {
        zip(ApproachRows.columns, CloseApproach(facts)?.values ?? []).map(Self.value)
    }

    private static func orbitValues(_ orbit: ObjectOrbit) -> [SQLValue] {
        let texts = ObjectOrbit.columns.count - ObjectOrbit.decimals.count
        return orbit.values.enumerated().map { index, value in value.map { index < texts ? .text($0) : .decimal($0) } ?? .null }
    }

    /// A value of a column of `nasa_neo_data`.
    private static func value(_ column: String, _ text: String?) -> SQLValue {
        guard let text else { return .null }
        return switch types[column] {
        case .decimal: .decimal(text)
        case .bool: .bool(text == "1")
        case .day: .day(text)
        case .instant: .instant(text)
        case .int, .long: Int64(text).map(SQLValue.integer) ?? .null
        default: .text(text)
        }
    }
}

extension Stored {
    /// Which kind of listing has it: a feed's, once a feed has listed it.
    var source: String { (firstFeed == nil ? Batch.Source.lookup : .feed).rawValue }
}

extension ApproachFacts {
    /// Whether both are also written the same, digit for digit.
    func isWritten(as other: ApproachFacts) -> Bool {
        record == other.record && missDistanceAU == other.missDistanceAU && epochMilliseconds == other.epochMilliseconds
    }
}
