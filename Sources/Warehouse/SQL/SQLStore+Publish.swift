import Foundation
public import NearEarth

/// Write, audit, publish: the last step.
extension SQLStore {
    /// Moves a batch from the staging table to `nasa_neo_data`.
    ///
    /// One transaction: revised rows keep their earlier version in the history, vanished ones move there, new and revised ones
    /// are written, rows that are as they were are not touched; with them the days, the quarantine, the batch and the checkpoint.
    public func publish(_ batch: Batch, by run: RunID, movesCheckpoint: Bool) async throws(StoreError) -> PublishCounts {
        let moment = SQLValue.timestamp(now())
        return try await database.write { session in
            try Self.requireLease(batch, run, session)
            guard let record = try Self.batchRecord(batch, session), let digest = record.rawSHA256, let received = record.receivedAt else {
                throw StoreError.notReady(batch: batch.name, needs: "extract")
            }
            switch record.state {
            case .audited: break
            case .published where record.publishedSHA256 == digest: return PublishCounts()
            default: throw StoreError.notReady(batch: batch.name, needs: record.state == .transformed || record.state == .refused ? "audit" : "transform")
            }
            try settleOrigin(of: batch, session)
            let publication = Publication(
                batch: batch, run: run, received: .timestamp(received), moment: moment, batchDate: batch.window?.to ?? CalendarDate.day(of: received))
            var counts = PublishCounts()
            counts.revised = try keepRevised(publication, session)
            counts.retired = try retireVanished(publication, session)
            let written = try writeChanged(publication, session)
            counts.inserted = written.inserted
            counts.unchanged = (record.staged ?? 0) - written.inserted - counts.revised
            try publishOrbits(publication, session)
            try publishDays(publication, session)
            try session.execute(
                "UPDATE nasa_neo_quarantine SET status = 'resolved', resolved_run = ? WHERE batch = ? AND status = 'open' AND raw_sha256 <> ?",
                [.integer(run), .text(batch.name), .text(digest)])
            try closeBatch(publication, digest: digest, counts, session)
            if movesCheckpoint, let window = batch.window { try moveCheckpoint(to: window.to, publication, session) }
            return counts
        }
    }

    /// What every step of a publication needs to know.
    private struct Publication {
        let batch: Batch
        let run: RunID
        let received: SQLValue
        let moment: SQLValue
        let batchDate: CalendarDate

        var name: SQLValue { .text(batch.name) }
    }

    /// The first publication settles whether a store holds NASA's data or the simulator's.
    private func settleOrigin(of batch: Batch, _ session: any SQLSession) throws {
        let simulated = try session.first("SELECT simulated FROM perigee_batches WHERE batch = ?", [.text(batch.name)])?.first?.boolean ?? false
        let offered = simulated ? "simulated" : "nasa"
        if let holds = try session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?.first?.string {
            guard holds == offered else { throw StoreError.mixedOrigin(store: location, holds: holds, offered: offered) }
        } else {
            try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('origin', ?)", [.text(offered)])
        }
    }

    private static let historyColumns =
        (Schema.facts + Schema.bookkeeping + ["change_kind", "last_seen", "superseded_run", "superseded_at"]).joined(separator: ", ")

    /// An INSERT into the history of rows `d` of `nasa_neo_data`; the values are kind, run and moment.
    private static func intoHistory(_ rest: String) -> String {
        """
        INSERT INTO nasa_neo_history (\(historyColumns))
        SELECT \(list(Schema.facts + Schema.bookkeeping, of: "d")), ?,
        COALESCE(CASE WHEN d.source = 'feed' THEN x.received_at END, d.first_seen), ?, ?
        FROM nasa_neo_data d LEFT JOIN perigee_days x ON x.observation_date = d.observation_date
        \(rest)
        """
    }

    private func keepRevised(_ publication: Publication, _ session: any SQLSession) throws -> Int {
        try session.execute(
            Self.intoHistory(
                "JOIN perigee_staging s ON s.batch = ? AND \(Self.sameKey("d", "s")) WHERE d.source_record <> s.source_record"),
            [.text("revised"), .integer(publication.run), publication.moment, publication.name])
    }

    /// Rows in the batch's scope that its body no longer lists. A record in quarantine is listed, only not readable: the row it
    /// stands for stays as it was, and where such a record does not even say whose it is, none is retired.
    private func retireVanished(_ publication: Publication, _ session: any SQLSession) throws -> Int {
        let anonymous = try session.count(
            """
            SELECT COUNT(*) FROM nasa_neo_quarantine q JOIN perigee_batches b ON b.batch = q.batch AND b.raw_sha256 = q.raw_sha256
            WHERE q.batch = ? AND q.status = 'open' AND q.spk_id IS NULL
            """, [publication.name])
        guard anonymous == 0 else { return 0 }
        let scope: String
        var values: [SQLValue]
        switch publication.batch {
        case .feed(let window):
            scope = "d.source = 'feed' AND d.observation_date >= ? AND d.observation_date <= ?"
            values = [.date(window.from), .date(window.to)]
        case .lookup(let id):
            // By its own id, not by what is staged: the body may list no approach any more.
            scope = "d.source = 'lookup' AND d.id = ?"
            values = [.text(id)]
        case .browse:
            scope = """
                d.source = 'lookup' AND (d.id IN (SELECT o.id FROM perigee_staging o WHERE o.batch = ?)
                OR d.id IN (SELECT o.id FROM perigee_staging_orbits o WHERE o.batch = ?))
                """
            values = [publication.name, publication.name]
        }
        let vanished = """
            \(scope) AND NOT EXISTS (SELECT 1 FROM perigee_staging s WHERE s.batch = ? AND \(Self.sameKey("s", "d")))
            AND NOT EXISTS (SELECT 1 FROM nasa_neo_quarantine q WHERE q.batch = ? AND q.status = 'open' AND q.spk_id = d.id)
            """
        values += [publication.name, publication.name]
        let retired = try session.execute(
            Self.intoHistory("WHERE \(vanished)"), [.text("retired"), .integer(publication.run), publication.moment] + values)
        if retired > 0 {
            // What has just gone to the history as retired, and only that.
            try session.execute(
                """
                DELETE FROM nasa_neo_data WHERE EXISTS (SELECT 1 FROM nasa_neo_history h WHERE h.superseded_run = ? AND h.change_kind = 'retired'
                AND h.superseded_at = ? AND \(Self.sameKey("h", "nasa_neo_data")))
                """, [.integer(publication.run), publication.moment])
        }
        return retired
    }

    /// New and revised rows; `created_at` and `first_seen` survive a revision, and the return of a retired approach.
    private func writeChanged(_ publication: Publication, _ session: any SQLSession) throws -> (inserted: Int, changed: Int) {
        let isNew = "FROM perigee_staging s LEFT JOIN nasa_neo_data d ON \(Self.sameKey("d", "s")) WHERE s.batch = ?"
        let inserted = try session.count("SELECT COUNT(*) \(isNew) AND d.id IS NULL", [publication.name])
        let changed = try session.execute(
            """
            INSERT INTO nasa_neo_data (\((Schema.facts + Schema.bookkeeping).joined(separator: ", ")))
            SELECT \(Self.list(Schema.facts, of: "s")),
            COALESCE((SELECT MIN(h.created_at) FROM nasa_neo_history h WHERE \(Self.sameKey("h", "s"))), ?), ?,
            COALESCE((SELECT MIN(h.first_seen) FROM nasa_neo_history h WHERE \(Self.sameKey("h", "s"))), ?), ?
            \(isNew) AND (d.id IS NULL OR d.source_record <> s.source_record OR (s.source = 'feed' AND d.source = 'lookup'))
            \(database.dialect.upsert(Schema.key, Schema.facts.filter { !Schema.key.contains($0) } + ["batch_date", "run_id"]))
            """,
            [publication.moment, .date(publication.batchDate), publication.received, .integer(publication.run), publication.name])
        return (inserted, changed)
    }

    private func publishOrbits(_ publication: Publication, _ session: any SQLSession) throws {
        guard publication.batch.source == .lookup else { return }
        let columns = Schema.orbitColumns
        try session.execute(
            """
            INSERT INTO nasa_neo_orbits (\(columns.joined(separator: ", ")), updated_at, run_id)
            SELECT \(Self.list(columns, of: "o")), ?, ? FROM perigee_staging_orbits o WHERE o.batch = ?
            \(database.dialect.upsert(["id"], Array(columns.dropFirst()) + ["updated_at", "run_id"]))
            """, [publication.received, .integer(publication.run), publication.name])
        try session.execute("DELETE FROM perigee_staging_orbits WHERE batch = ?", [publication.name])
    }

    private func publishDays(_ publication: Publication, _ session: any SQLSession) throws {
        guard let window = publication.batch.window else { return }
        let text = try session.first("SELECT days FROM perigee_batches WHERE batch = ?", [publication.name])?.first?.string ?? ""
        let listed = Dictionary(Self.days(fromList: text).map { ($0.date, $0.listed) }, uniquingKeysWith: +)
        try session.execute(
            upsert("perigee_days", key: ["observation_date"], columns: ["listed", "received_at", "run_id"]),
            each: window.days.lazy.map { day in
                [.date(day), .int(listed[day] ?? 0), publication.received, .integer(publication.run)]
            })
    }

    private func closeBatch(_ publication: Publication, digest: String, _ counts: PublishCounts, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM perigee_staging WHERE batch = ?", [publication.name])
        try session.execute(
            """
            UPDATE perigee_batches SET state = 'published', run_id = ?, lease_run = NULL, published_sha256 = ?, published_at = ?,
            published_run = ?, inserted = ?, revised = ?, retired = ?, unchanged = ?, error = NULL, updated_at = ? WHERE batch = ?
            """,
            [
                .integer(publication.run), .text(digest), publication.moment, .integer(publication.run), .int(counts.inserted),
                .int(counts.revised), .int(counts.retired), .int(counts.unchanged), publication.moment, publication.name,
            ])
        try session.execute(
            """
            UPDATE perigee_runs SET published = published + 1, inserted = inserted + ?, revised = revised + ?, retired = retired + ?,
            unchanged = unchanged + ?, quarantined = quarantined + (SELECT COALESCE(rejected, 0) FROM perigee_batches WHERE batch = ?),
            heartbeat_at = ? WHERE run_id = ?
            """,
            [
                .int(counts.inserted), .int(counts.revised), .int(counts.retired), .int(counts.unchanged), publication.name,
                publication.moment, .integer(publication.run),
            ])
    }

    /// The schedule's checkpoint only ever moves forward.
    private func moveCheckpoint(to day: CalendarDate, _ publication: Publication, _ session: any SQLSession) throws {
        let reached = try session.first("SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?.first?.calendarDate
        if let reached, reached >= day { return }
        try session.execute(
            upsert("perigee_checkpoints", key: ["name"], columns: ["through_date", "run_id", "updated_at"]),
            [.text("schedule"), .date(day), .integer(publication.run), publication.moment])
    }
}

extension CalendarDate {
    /// The UTC day of an instant.
    static func day(of instant: Date) -> CalendarDate {
        CalendarDate(epochMilliseconds: Int64((instant.timeIntervalSince1970 * 1000).rounded()))
    }
}
