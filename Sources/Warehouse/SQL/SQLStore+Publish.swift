import Foundation
public import NearEarth

/// Write, audit, publish: the last step, and all three at once.
extension SQLStore {
    /// Stages, audits and publishes batches in one transaction.
    public func load(_ group: [StagedBatch], by run: RunID, movesCheckpoint: Bool, rules: @escaping @Sendable (AuditFacts) -> [QualityResult])
        async throws(StoreError) -> [LoadedBatch]
    {
        if let loaded = try await loadNews(group, by: run, movesCheckpoint: movesCheckpoint, rules: rules) { return loaded }
        let batches = group.map(\.batch)
        return try await database.write { session in
            let new = try Self.requireLeases(batches, run, session)
            try bringIn(group, session)
            try recordStaged(group, new: new, by: run, session)
            let bodies = try KnownBodies(group, session)
            let results = try audit(batches, bodies, IncomingRows(session), rules, session)
            try record(results, new: new, by: run, session)
            // What is refused waits in the staging table.
            let refused = batches.filter { results[$0]?.isRefusal ?? true }
            let passed = batches.filter { !(results[$0]?.isRefusal ?? true) }
            try keepStaged(refused, session)
            try leaveOut(refused, session)
            guard !passed.isEmpty else { return batches.map { LoadedBatch(batch: $0, results: results[$0] ?? [], counts: nil) } }
            let merge = Merge(passed, bodies, new: new, run: run, at: now(), database.dialect)
            let counts = try publishIncoming(merge, movesCheckpoint: movesCheckpoint, session) { try merge.run(session) }
            return batches.map { LoadedBatch(batch: $0, results: results[$0] ?? [], counts: counts[$0]) }
        }
    }

    /// Batches whose rows are all news, none of them refused, go straight into the data: beside another transaction, and before the lock that the
    /// ledger needs is waited for. Nil where they turn out not to be that; then nothing has changed.
    private func loadNews(
        _ group: [StagedBatch], by run: RunID, movesCheckpoint: Bool, rules: @escaping @Sendable (AuditFacts) -> [QualityResult]
    ) async throws(StoreError) -> [LoadedBatch]? {
        let moment = now()
        guard let news = NewsRows(group, by: run, at: moment, database.dialect) else { return nil }
        let batches = group.map(\.batch)
        return try await database.attempt { session in
            let publications = try Self.publications(besides: run, session)
            guard try Merge.isNews(batches, session) else { return nil }
            try session.load("nasa_neo_data", news.rows)
            return publications
        } _: { (session, publications: Int) in
            let new = try Self.requireLeases(batches, run, session)
            // Another run may have published an object's approaches on these days since.
            guard try Self.publications(besides: run, session) == publications else { return nil }
            try recordStaged(group, new: new, by: run, session)
            let bodies = try KnownBodies(group, session)
            let results = try audit(batches, bodies, IncomingRows(news: group), rules, session)
            guard !results.values.contains(where: \.isRefusal) else { return nil }
            try record(results, new: new, by: run, session)
            let merge = Merge(batches, bodies, new: new, run: run, at: moment, database.dialect)
            let counts = try publishIncoming(merge, movesCheckpoint: movesCheckpoint, session) { news.counts.mapValues { .inserted($0) } }
            return batches.map { LoadedBatch(batch: $0, results: results[$0] ?? [], counts: counts[$0]) }
        }
    }

    /// How many batches other runs have published.
    private static func publications(besides run: RunID, _ session: any SQLSession) throws -> Int {
        try session.count("SELECT SUM(published) FROM perigee_runs WHERE run_id <> ?", [.integer(run)])
    }

    private func audit(
        _ batches: [Batch], _ bodies: KnownBodies, _ incoming: IncomingRows, _ rules: (AuditFacts) -> [QualityResult], _ session: any SQLSession
    ) throws -> [Batch: [QualityResult]] {
        Dictionary(try facts(batches, bodies, incoming, session).map { ($0.batch, rules($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Moves staged batches to `nasa_neo_data`.
    public func publish(_ batches: [Batch], by run: RunID, movesCheckpoint: Bool) async throws(StoreError) -> [PublishCounts] {
        try await database.write { session in
            try Self.requireLeases(batches, run, session)
            let records = try Self.records(of: batches, session)
            let due = try batches.filter { try Self.isDue($0, records[$0]) }
            guard !due.isEmpty else { return batches.map { _ in PublishCounts() } }
            try bringInStaged(records.filter { due.contains($0.key) }, session)
            let merge = Merge(due, try KnownBodies(due, session), new: [], run: run, at: now(), database.dialect)
            let counts = try publishIncoming(merge, movesCheckpoint: movesCheckpoint, session) { try merge.run(session) }
            return batches.map { counts[$0] ?? PublishCounts() }
        }
    }

    /// Whether a batch is ready and its body not published yet.
    private static func isDue(_ batch: Batch, _ record: BatchRecord?) throws(StoreError) -> Bool {
        guard let record, let digest = record.rawSHA256, record.receivedAt != nil else { throw .notReady(batch: batch.name, needs: "extract") }
        switch record.state {
        case .audited: return true
        case .published where record.publishedSHA256 == digest: return false
        default: throw .notReady(batch: batch.name, needs: record.state == .transformed || record.state == .refused ? "audit" : "transform")
        }
    }

    private func leaveOut(_ batches: [Batch], _ session: any SQLSession) throws {
        guard !batches.isEmpty else { return }
        let these = Self.isOneOf(batches)
        try session.execute("DELETE FROM \(Self.incoming) WHERE \(these.sql)", these.values)
    }

    /// Moves rows to `nasa_neo_data`, as `write` does it: revised rows keep their earlier version in the history, vanished ones move there, new
    /// and revised ones are written, rows that are as they were are not touched; with them the days, the quarantine, the batches and
    /// the checkpoint.
    private func publishIncoming(
        _ merge: Merge, movesCheckpoint: Bool, _ session: any SQLSession, _ write: () throws -> [Batch: PublishCounts]
    ) throws -> [Batch: PublishCounts] {
        try settleOrigin(of: merge.batches, session)
        let counts = try write()
        try publishOrbits(merge, session)
        try publishDays(merge, session)
        let known = merge.batches.filter { !merge.new.contains($0) }
        if !known.isEmpty {
            let these = Self.isOneOf(known)
            try session.execute("DELETE FROM perigee_staging WHERE \(these.sql)", these.values)
            try session.execute(
                """
                UPDATE nasa_neo_quarantine SET status = 'resolved', resolved_run = ? WHERE \(these.sql) AND status = 'open'
                AND raw_sha256 <> (SELECT b.raw_sha256 FROM perigee_batches b WHERE b.batch = nasa_neo_quarantine.batch)
                """, [.integer(merge.run)] + these.values)
        }
        try close(merge, counts, session)
        if movesCheckpoint, let day = merge.batches.compactMap(\.window?.to).max() { try moveCheckpoint(to: day, merge, session) }
        return counts
    }

    /// The first publication settles whether a store holds NASA's data or the simulator's.
    private func settleOrigin(of batches: [Batch], _ session: any SQLSession) throws {
        let these = Self.isOneOf(batches)
        var offered: Set<String> = []
        try session.query("SELECT DISTINCT simulated FROM perigee_batches WHERE \(these.sql)", these.values) { row in
            offered.insert(row[0].boolean ?? false ? "simulated" : "nasa")
        }
        for offered in offered.sorted() {
            if let holds = try session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?.first?.string {
                guard holds == offered else { throw StoreError.mixedOrigin(store: location, holds: holds, offered: offered) }
            } else {
                try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('origin', ?)", [.text(offered)])
            }
        }
    }

    private func publishOrbits(_ merge: Merge, _ session: any SQLSession) throws {
        let columns = Schema.orbitColumns
        for (batch, record) in merge.records where batch.source == .lookup {
            try session.execute(
                """
                INSERT INTO nasa_neo_orbits (\(columns.joined(separator: ", ")), updated_at, run_id)
                SELECT \(Self.list(columns, of: "o")), ?, ? FROM perigee_staging_orbits o WHERE o.batch = ?
                \(database.dialect.upsert(["id"], Array(columns.dropFirst()) + ["updated_at", "run_id"]))
                """, [.timestamp(record.receivedAt), .integer(merge.run), .text(batch.name)])
            try session.execute("DELETE FROM perigee_staging_orbits WHERE batch = ?", [.text(batch.name)])
        }
    }

    private func publishDays(_ merge: Merge, _ session: any SQLSession) throws {
        try upsert(
            "perigee_days", key: ["observation_date"], columns: ["observation_date", "listed", "received_at", "run_id"],
            merge.batches.lazy.flatMap { batch -> [[SQLValue]] in
                guard let record = merge.records[batch] else { return [] }
                let counts = Dictionary((merge.days[batch.name] ?? []).map { ($0.date, $0.listed) }, uniquingKeysWith: +)
                let days = batch.window?.days ?? []
                return days.map { [.date($0), .int(counts[$0] ?? 0), .timestamp(record.receivedAt), .integer(merge.run)] }
            }, session)
    }

    private func close(_ merge: Merge, _ counts: [Batch: PublishCounts], _ session: any SQLSession) throws {
        try upsert(
            "perigee_batches", key: ["batch"],
            columns: [
                "batch", "state", "run_id", "lease_run", "published_sha256", "published_at", "published_run", "inserted", "revised", "retired",
                "unchanged", "error", "updated_at",
            ],
            merge.records.lazy.map { batch, record in
                let counts = counts[batch] ?? PublishCounts()
                return [
                    .text(batch.name), .text("published"), .integer(merge.run), .null, .optional(record.rawSHA256), merge.moment, .integer(merge.run),
                    .int(counts.inserted), .int(counts.revised), .int(counts.retired), .int(counts.unchanged), .null, merge.moment,
                ]
            }, session)
        let sum = counts.values.reduce(PublishCounts(), +)
        try session.execute(
            """
            UPDATE perigee_runs SET published = published + ?, inserted = inserted + ?, revised = revised + ?, retired = retired + ?,
            unchanged = unchanged + ?, quarantined = quarantined + ?, heartbeat_at = ? WHERE run_id = ?
            """,
            [
                .int(merge.batches.count), .int(sum.inserted), .int(sum.revised), .int(sum.retired), .int(sum.unchanged),
                .int(merge.records.values.reduce(0) { $0 + ($1.rejected ?? 0) }), merge.moment, .integer(merge.run),
            ])
    }

    /// The schedule's checkpoint only ever moves forward.
    private func moveCheckpoint(to day: CalendarDate, _ merge: Merge, _ session: any SQLSession) throws {
        let reached = try session.first("SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?.first?.calendarDate
        if let reached, reached >= day { return }
        try upsert(
            "perigee_checkpoints", key: ["name"], columns: ["name", "through_date", "run_id", "updated_at"],
            [[.text("schedule"), .date(day), .integer(merge.run), merge.moment]], session)
    }
}

extension CalendarDate {
    /// The UTC day of an instant.
    static func day(of instant: Date) -> CalendarDate {
        CalendarDate(epochMilliseconds: Int64((instant.timeIntervalSince1970 * 1000).rounded()))
    }
}
