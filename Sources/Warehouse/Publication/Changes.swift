import NearEarth

/// What publishing changes: rows of two tables as the versions now have them. A row that is as it was is not touched.
struct Changes<Row: Versioned> {
    private let moment: String
    private let live: Table
    private let history: Table
    /// Rows that the first table did not have, as an engine wrote them.
    private var inserted: [(order: UInt64, line: ArraySlice<UInt8>, bookkeeping: [UInt8])] = []
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
    mutating func add(_ key: Row.Key, from old: Stored<Row>?, to new: Stored<Row>) -> Kind {
        let (before, after) = (old?.live, new.live)
        for version in new.versions {
            let bookkeeping = Row.bookkeeping(of: version, in: new, at: moment)
            let isLive = version.end == nil
            let was = old?.versions.first { $0.since.id == version.since.id && ($0.end == nil) == isLive }
            if let was, was.row.isWritten(as: version.row), old?.written[version.since.id] == bookkeeping { continue }
            if isLive, before == nil, let line = version.row.line {
                // A line begins with the SPK-ID.
                let order = line.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
                if last.texts != bookkeeping {
                    last = (bookkeeping, [])
                    DelimitedText.append(bookkeeping, to: &last.line)
                }
                inserted.append((order, line, last.line))
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

    /// Writes them.
    func apply(_ session: any SQLSession) throws {
        try session.delete(from: history.name, history.key, reopened)
        try session.delete(from: live.name, live.key, deleted)
        try session.upsert(history.name, history.names, ended)
        try session.upsert(live.name, live.names, updated)
        guard !inserted.isEmpty else { return }
        // About in the order of the key, which databases take faster.
        let rows = inserted.sorted { $0.order < $1.order }
        let pieces = stride(from: 0, to: rows.count, by: Self.pieceRows).lazy.map { start in
            rows[start...].prefix(Self.pieceRows).reduce(into: [UInt8]()) { piece, row in
                piece += row.line
                piece.append(0x09)
                piece += row.bookkeeping
            }
        }
        try session.load(live.name, live.names, pieces)
    }

    /// Rows that a database is handed at a time: some 100 kB.
    private static var pieceRows: Int { 256 }
}
