import NearEarth

/// What publishing changes: rows of two tables as the versions now have them. A row that is as it was is not touched.
final class Changes<Row: Versioned> {
    private let moment: String
    private let live: Table
    private let history: Table
    /// Rows that the first table did not have, as an engine wrote them, and that are not on their way yet.
    private var inserted: [UInt8] = []
    /// The bookkeeping of the row before, which is most often that of the next one too.
    private var last: (texts: [String?], line: [UInt8]) = ([], [])
    private var updated: [[SQLValue]] = []
    private var deleted: [[SQLValue]] = []
    private var ended: [[SQLValue]] = []
    private var reopened: [[SQLValue]] = []

    /// Nothing yet; `moment` is when it is published.
    init(at moment: String) throws {
        self.moment = moment
        live = try Schema.table(Row.tables.live)
        history = try Schema.table(Row.tables.history)
    }

    /// How the row of what holds changed.
    enum Kind {
        case inserted, revised, retired, unchanged, absent
    }

    /// Notes the way from what is stored under a key to what is to be.
    func add(_ key: Row.Key, from old: Stored<Row>?, to new: Stored<Row>) -> Kind {
        let (before, after) = (old?.live, new.live)
        for version in new.versions {
            let bookkeeping = Row.bookkeeping(of: version, in: new, at: moment)
            let isLive = version.end == nil
            let was = old?.versions.first { $0.since.id == version.since.id && ($0.end == nil) == isLive }
            if let was, was.row.isWritten(as: version.row), old?.written[version.since.id] == bookkeeping { continue }
            if isLive, before == nil, let line = version.row.line {
                if last.texts != bookkeeping {
                    last = (bookkeeping, [])
                    DelimitedText.append(bookkeeping, to: &last.line)
                }
                inserted += line
                inserted.append(0x09)
                inserted += last.line
            } else if isLive {
                updated.append(zip(live.columns, version.row.values + bookkeeping).map { $0.value($1) })
            } else {
                ended.append(zip(history.columns, version.row.values + bookkeeping).map { $0.value($1) })
            }
        }
        for version in old?.versions ?? []
        where version.end != nil && !new.versions.contains(where: { $0.end != nil && $0.since.id == version.since.id })
        {
            reopened.append(Row.values(of: key) + [.integer(version.since.id)])
        }
        guard let before else { return after == nil ? .absent : .inserted }
        guard let after else {
            deleted.append(Row.values(of: key))
            return .retired
        }
        return before.row.states(theSameAs: after.row) ? .unchanged : .revised
    }

    /// Writes what was noted, and what `add` notes until there is no more. A server takes new rows in while the next
    /// ones are worked out.
    func apply(_ session: any SQLSession, adding add: @escaping () -> Bool = { false }) throws {
        let add = { !session.isCancelled && add() }
        var first = nextPiece(add)
        if first != nil {
            let pieces = AnyIterator { [self] in
                defer { first = nil }
                return first ?? nextPiece(add)
            }
            try session.load(live.name, live.names, pieces)
        }
        try session.delete(from: history.name, history.key, reopened)
        try session.delete(from: live.name, live.key, deleted)
        try session.upsert(history.name, history.names, ended)
        try session.upsert(live.name, live.names, updated)
    }

    /// New rows, some 100 kB of them; nil where there are no more.
    private func nextPiece(_ add: () -> Bool) -> [UInt8]? {
        while inserted.count < 100_000, add() {}
        defer { inserted.removeAll(keepingCapacity: true) }
        return inserted.isEmpty ? nil : inserted
    }
}
