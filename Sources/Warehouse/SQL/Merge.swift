import Foundation
import NearEarth

/// The rows that have come in become what `nasa_neo_data` says of their batches.
struct Merge {
    let batches: [Batch]
    /// What the ledger has on each.
    let records: [Batch: BatchRecord]
    /// The days that each one's body lists.
    let days: [String: [StagedBatch.ListedDay]]
    /// Those of which the store had nothing before.
    let new: Set<Batch>
    let run: RunID
    let at: Date
    let dialect: SQLDialect

    var moment: SQLValue { .timestamp(at) }

    init(_ batches: [Batch], _ bodies: KnownBodies, new: Set<Batch>, run: RunID, at: Date, _ dialect: SQLDialect) {
        self.batches = batches
        let these = Set(batches)
        records = bodies.records.filter { these.contains($0.key) }
        days = bodies.days
        self.new = new
        self.run = run
        self.at = at
        self.dialect = dialect
    }

    private static let incoming = SQLStore.incoming

    /// Revised and vanished rows go to the history, then what is new is written. Returns what changed, batch by batch.
    func run(_ session: any SQLSession) throws -> [Batch: PublishCounts] {
        var counts: [Batch: PublishCounts] = [:]
        let isFresh = try isFresh(session)
        if isFresh {
            for batch in batches { counts[batch, default: PublishCounts()].inserted = records[batch]?.staged ?? 0 }
        } else {
            counts = try compare(session)
            if counts.values.contains(where: { $0.revised > 0 }) { try keepRevised(session) }
            for batch in batches { counts[batch, default: PublishCounts()].retired = try retireVanished(batch, session) }
        }
        try writeChanged(isFresh: isFresh, session)
        return counts
    }

    // MARK: All news

    /// Whether rows of these batches' days, and of no others, are all news: nothing is published for them, and no approach that was retired may
    /// come back. Then nothing is to be compared, and the rows need not come in first.
    static func isNews(_ batches: [Batch], _ session: any SQLSession) throws -> Bool {
        try !hasHistory(session) && areUnpublished(batches, session)
    }

    // MARK: What there is

    private static func hasHistory(_ session: any SQLSession) throws -> Bool { try session.first("SELECT 1 FROM nasa_neo_history LIMIT 1") != nil }

    /// Whether nothing is published for the batches' days; only windows have days of their own.
    private static func areUnpublished(_ batches: [Batch], _ session: any SQLSession) throws -> Bool {
        let windows = batches.compactMap(\.window)
        guard windows.count == batches.count, let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return false }
        let days = Set(windows.flatMap(\.days))
        var found = false
        try session.query(
            "SELECT DISTINCT observation_date FROM nasa_neo_data WHERE observation_date >= ? AND observation_date <= ?", [.date(first), .date(last)]
        ) { row in if let day = row[0].calendarDate, days.contains(day) { found = true } }
        return !found
    }

    /// Whether nothing is published for the windows' days, and nothing has come in for others: then there is nothing to compare.
    private func isFresh(_ session: any SQLSession) throws -> Bool {
        guard try Self.areUnpublished(batches, session) else { return false }
        let days = Set(batches.compactMap(\.window).flatMap(\.days))
        var found = false
        try session.query("SELECT DISTINCT observation_date FROM \(Self.incoming)", []) { row in
            if let day = row[0].calendarDate, !days.contains(day) { found = true }
        }
        return !found
    }

    /// How many rows of each batch are new, revised and as they were.
    private func compare(_ session: any SQLSession) throws -> [Batch: PublishCounts] {
        var counts: [Batch: PublishCounts] = [:]
        try session.query(
            """
            SELECT s.batch, COUNT(*), SUM(CASE WHEN d.id IS NULL THEN 1 ELSE 0 END), SUM(CASE WHEN d.source_record <> s.source_record THEN 1 ELSE 0 END)
            FROM \(Self.incoming) s LEFT JOIN nasa_neo_data d ON \(SQLStore.sameKey("d", "s")) GROUP BY s.batch
            """, []
        ) { row in
            guard let batch = row[0].string.flatMap(Batch.init) else { return }
            var count = PublishCounts()
            count.inserted = row[2].int ?? 0
            count.revised = row[3].int ?? 0
            count.unchanged = (row[1].int ?? 0) - count.inserted - count.revised
            counts[batch] = count
        }
        return counts
    }

    // MARK: Into the history

    private static let historyColumns =
        (Schema.facts + Schema.bookkeeping + ["change_kind", "last_seen", "superseded_run", "superseded_at"]).joined(separator: ", ")

    /// An INSERT into the history of rows `d` of `nasa_neo_data`; the values are kind, run and moment.
    private static func intoHistory(_ rest: String) -> String {
        """
        INSERT INTO nasa_neo_history (\(historyColumns))
        SELECT \(SQLStore.list(Schema.facts + Schema.bookkeeping, of: "d")), ?,
        COALESCE(CASE WHEN d.source = 'feed' THEN x.received_at END, d.first_seen), ?, ?
        FROM nasa_neo_data d LEFT JOIN perigee_days x ON x.observation_date = d.observation_date
        \(rest)
        """
    }

    private func keepRevised(_ session: any SQLSession) throws {
        try session.execute(
            Self.intoHistory("JOIN \(Self.incoming) s ON \(SQLStore.sameKey("d", "s")) WHERE d.source_record <> s.source_record"),
            [.text("revised"), .integer(run), moment])
    }

    /// Rows in the batch's scope that its body no longer lists. A record in quarantine is listed, only not readable: the row it
    /// stands for stays as it was, and where such a record does not even say whose it is, none is retired.
    private func retireVanished(_ batch: Batch, _ session: any SQLSession) throws -> Int {
        let name = SQLValue.text(batch.name)
        if records[batch]?.rejected ?? 0 > 0 {
            let anonymous = try session.count(
                """
                SELECT COUNT(*) FROM nasa_neo_quarantine q JOIN perigee_batches b ON b.batch = q.batch AND b.raw_sha256 = q.raw_sha256
                WHERE q.batch = ? AND q.status = 'open' AND q.spk_id IS NULL
                """, [name])
            guard anonymous == 0 else { return 0 }
        }
        guard let scope = try scope(of: batch, session) else { return 0 }
        let vanished = """
            \(scope.sql) AND NOT EXISTS (SELECT 1 FROM \(Self.incoming) s WHERE \(SQLStore.sameKey("s", "d")))
            AND NOT EXISTS (SELECT 1 FROM nasa_neo_quarantine q WHERE q.batch = ? AND q.status = 'open' AND q.spk_id = d.id)
            """
        let values = scope.values + [name]
        guard try session.count("SELECT COUNT(*) FROM nasa_neo_data d WHERE \(vanished)", values) > 0 else { return 0 }
        let retired = try session.execute(Self.intoHistory("WHERE \(vanished)"), [.text("retired"), .integer(run), moment] + values)
        // What has just gone to the history as retired, and only that.
        try session.execute(
            """
            DELETE FROM nasa_neo_data WHERE EXISTS (SELECT 1 FROM nasa_neo_history h WHERE h.superseded_run = ? AND h.change_kind = 'retired'
            AND h.superseded_at = ? AND \(SQLStore.sameKey("h", "nasa_neo_data")))
            """, [.integer(run), moment])
        return retired
    }

    /// The published rows that a batch's body speaks about.
    private func scope(of batch: Batch, _ session: any SQLSession) throws -> (sql: String, values: [SQLValue])? {
        switch batch {
        case .feed(let window):
            return ("d.source = 'feed' AND d.observation_date >= ? AND d.observation_date <= ?", [.date(window.from), .date(window.to)])
        case .lookup(let id):
            // By its own id, not by what is staged: the body may list no approach any more.
            return ("d.source = 'lookup' AND d.id = ?", [.text(id)])
        case .browse:
            // One by one, because MySQL opens a temporary table only once a statement.
            var ids: Set<String> = []
            try session.query("SELECT DISTINCT id FROM \(Self.incoming) WHERE batch = ?", [.text(batch.name)]) { ids.insert($0[0].string ?? "") }
            try session.query("SELECT id FROM perigee_staging_orbits WHERE batch = ?", [.text(batch.name)]) { ids.insert($0[0].string ?? "") }
            guard !ids.isEmpty else { return nil }
            return ("d.source = 'lookup' AND d.id IN (\(ids.map { _ in "?" }.joined(separator: ", ")))", ids.map { .text($0) })
        }
    }

    // MARK: Into the data

    /// New and revised rows; `created_at` and `first_seen` survive a revision, and the return of a retired approach.
    private func writeChanged(isFresh: Bool, _ session: any SQLSession) throws {
        let hasHistory = try Self.hasHistory(session)
        func since(_ column: String, _ otherwise: String) -> String {
            hasHistory ? "COALESCE((SELECT MIN(h.\(column)) FROM nasa_neo_history h WHERE \(SQLStore.sameKey("h", "s"))), \(otherwise))" : otherwise
        }
        // In the key's order, whatever the windows': pages of the key's tree are then written one after the other.
        let rest =
            isFresh
            ? "WHERE 1 = 1 ORDER BY \(SQLStore.list(Schema.key, of: "s"))"
            : """
            LEFT JOIN nasa_neo_data d ON \(SQLStore.sameKey("d", "s"))
            WHERE d.id IS NULL OR d.source_record <> s.source_record OR (s.source = 'feed' AND d.source = 'lookup')
            \(dialect.upsert(Schema.key, Schema.facts.filter { !Schema.key.contains($0) } + ["batch_date", "run_id"]))
            """
        try session.execute(
            """
            INSERT INTO nasa_neo_data (\((Schema.facts + ["created_at", "batch_date", "first_seen", "run_id"]).joined(separator: ", ")))
            SELECT \(SQLStore.list(Schema.facts, of: "s")), \(since("created_at", "?")), s.batch_date, \(since("first_seen", "s.seen_at")), ?
            FROM \(Self.incoming) s \(rest)
            """, [moment, .integer(run)])
    }
}
