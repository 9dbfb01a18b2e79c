import Foundation
import NearEarth

/// The last step: what was judged goes into the log, and what was accepted into the data.
extension Store {
    /// Publishes batches' judged statements, each batch's own in the order of their stamps, all in one transaction: the data and its
    /// history, the log, the quarantine, the ledger and the checkpoint. Windows of one call must not overlap, and a batch that is not a
    /// window goes alone. Counts are of each batch; a batch whose statements were all refused changes nothing but the log.
    public func publish(_ group: [[JudgedStatement]], by run: RunID, movesCheckpoint: Bool) async throws(StoreError) -> [PublishCounts] {
        let moment = now()
        return try await database.write { session in
            let log = try LogEntries(group.flatMap(\.self), session)
            // Begun anew after a commit whose answer was lost: then it is done, and these are its counts.
            if let counts = try published(group, by: run, log, session) { return counts }
            try Self.requireLeases(group.compactMap(\.first?.observation.batch), run, session)
            try requireOrigin(of: group.flatMap(\.self).filter(\.judgment.isAccepted).map(\.observation), session)
            // What is refused says nothing, also where it was published under earlier rules.
            let incoming = group.map { statements in
                statements.compactMap { item in
                    let wasPublished = log.entries[item.observation.id]?.publishedRun != nil
                    return item.judgment.isAccepted || wasPublished
                        ? Incoming(item.observation, item.statement, isWithdrawn: !item.judgment.isAccepted) : nil
                }
            }
            let scope = try Scope(of: incoming.flatMap(\.self), session)
            var changes = Changes(at: Timestamp.text(moment))
            var counts: [PublishCounts] = []
            for statements in incoming {
                counts.append(Self.add(statements, to: &changes, scope))
            }
            try changes.apply(session, database.dialect)
            try record(group, incoming, counts, log, by: run, at: moment, session)
            try settleQuarantine(group.flatMap(\.self), by: run, at: moment, session)
            try recordEnd(group, counts, by: run, at: moment, movesCheckpoint: movesCheckpoint, session)
            return counts
        }
    }

    /// Adds what a batch's statements change of the approaches and orbits that they speak of.
    private static func add(_ statements: [Incoming], to changes: inout Changes, _ scope: Scope) -> PublishCounts {
        var counts = PublishCounts()
        for key in scope.keys(of: statements) {
            let concerned = statements.filter { $0.rows[key] != nil || $0.speaks(of: key) }
            let new = scope.versions(of: key, adding: concerned)
            switch changes.add(key, from: scope.approaches[key], to: new, concerned) {
            case .inserted: counts.inserted += 1
            case .revised: counts.revised += 1
            case .retired: counts.retired += 1
            case .unchanged: if concerned.contains(where: { $0.rows[key] != nil }) { counts.unchanged += 1 }
            case .absent: break
            }
        }
        for id in Set(statements.flatMap { $0.statement.objects }) {
            changes.addOrbit(id, from: scope.orbits[id], to: scope.orbitVersions(of: id, adding: statements))
        }
        return counts
    }

    /// What a publication by this run, whose end was not heard of, has changed; nil where there was none.
    private func published(_ group: [[JudgedStatement]], by run: RunID, _ log: LogEntries, _ session: any SQLSession) throws -> [PublishCounts]? {
        let isLogged = group.flatMap(\.self).allSatisfy { log.entries[$0.observation.id]?.isDone(by: run, rules: $0.judgment.verdict.rules) ?? false }
        guard isLogged else { return nil }
        let leases = try Self.leases(of: group.compactMap(\.first?.observation.batch), session)
        guard !leases.values.contains(run) else { return nil }
        return group.map { statements in statements.last(where: \.judgment.isAccepted).flatMap { log.entries[$0.observation.id]?.counts } ?? PublishCounts() }
    }

    /// The first publication settles whether a store holds NASA's data or the simulator's.
    private func requireOrigin(of observations: [Observation], _ session: any SQLSession) throws {
        for offered in Set(observations.map { $0.isSimulated ? "simulated" : "nasa" }).sorted() {
            if let holds = try session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?.text("setting") {
                guard holds == offered else { throw StoreError.mixedOrigin(store: location, holds: holds, offered: offered) }
            } else {
                try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('origin', ?)", [.text(offered)])
            }
        }
    }

    // MARK: The log

    /// Writes the observations, what they list, and what was said of them.
    private func record(
        _ group: [[JudgedStatement]], _ incoming: [[Incoming]], _ counts: [PublishCounts], _ log: LogEntries, by run: RunID, at moment: Date,
        _ session: any SQLSession
    ) throws {
        let accepted = Set(group.joined().filter(\.judgment.isAccepted).map(\.observation.id))
        let logged = Dictionary(
            incoming.joined().filter { accepted.contains($0.observation.id) }.map { ($0.observation.id, $0) }, uniquingKeysWith: { first, _ in first })
        var rows: [[SQLValue]] = []
        for (statements, counts) in zip(group, counts) {
            let newest = statements.last(where: \.judgment.isAccepted)?.observation.id
            for item in statements {
                let id = item.observation.id
                let before = log.entries[id]
                let isAccepted = item.judgment.isAccepted
                let counts = isAccepted && id == newest ? counts : nil
                rows.append(
                    Self.values(of: item.observation) + [
                        .text((isAccepted ? BatchState.published : .refused).rawValue), .integer(run), .int(item.judgment.verdict.rules),
                        .text(item.processedFile), .optional(item.statement.elementCount), .int(item.statement.listed), .int(item.statement.records),
                        .int(item.statement.rejectedRecords), .int(item.statement.rows.count), .optional(logged[id]?.observation.unreadableText),
                        isAccepted ? .integer(before?.publishedRun ?? run) : .null, isAccepted ? .timestamp(before?.publishedAt ?? moment) : .null,
                        .optional(counts?.inserted), .optional(counts?.revised), .optional(counts?.retired), .optional(counts?.unchanged),
                        isAccepted ? .null : .text(item.judgment.verdict.findings.joined(separator: "; ")),
                    ])
            }
        }
        let columns =
            Self.observationColumns + [
                "state", "run_id", "rules", "processed_file", "element_count", "listed", "records", "rejected", "staged", "unreadable", "published_run",
                "published_at", "inserted", "revised", "retired", "unchanged", "error",
            ]
        try upsert("perigee_observations", key: ["observation_id"], columns: columns, rows, session)
        let again = group.joined().map(\.observation.id).filter { log.entries[$0]?.publishedRun != nil }
        for table in ["perigee_days", "perigee_objects"] {
            try session.delete(from: table, ["observation_id"], again.map { [.integer($0)] })
        }
        func flag(_ flag: Bool) -> String { flag ? "1" : "0" }
        try session.append(
            to: "perigee_days", ["observation_date", "observation_id", "listed", "seen_at", "is_clean"],
            logged.values.lazy.filter(\.observation.isFeed).flatMap { one in
                one.statement.days.lazy.map { day -> [String?] in
                    ["\(day.date)", one.observation.number, "\(day.listed)", one.observation.seenAt, flag(one.observation.unreadable.isEmpty)]
                }
            })
        try session.append(
            to: "perigee_objects", ["id", "observation_id", "seen_at", "is_clean", "has_orbit"],
            logged.values.lazy.filter { !$0.observation.isFeed }.flatMap { one in
                let orbits = Set(one.statement.orbits.map(\.id))
                return Set(one.statement.objects).sorted().map { id -> [String?] in
                    [id, one.observation.number, one.observation.seenAt, flag(one.observation.unreadable.isEmpty), flag(orbits.contains(id))]
                }
            })
        try recordVerdicts(group.flatMap(\.self), by: run, session)
    }

    /// What the run did, and how far the schedule is.
    private func recordEnd(
        _ group: [[JudgedStatement]], _ counts: [PublishCounts], by run: RunID, at moment: Date, movesCheckpoint: Bool, _ session: any SQLSession
    ) throws {
        let batches = group.compactMap(\.last)
        try upsert(
            "perigee_batches", key: ["batch"], columns: ["batch", "run_id", "lease_run", "error", "updated_at"],
            batches.map { item in
                [
                    .text(item.observation.batch.name), .integer(run), .null,
                    item.judgment.isAccepted ? .null : .text(item.judgment.verdict.findings.joined(separator: "; ")), .timestamp(moment),
                ]
            }, session)
        let sum = counts.reduce(PublishCounts(), +)
        let published = batches.filter(\.judgment.isAccepted)
        try session.execute(
            """
            UPDATE perigee_runs SET published = published + ?, inserted = inserted + ?, revised = revised + ?, retired = retired + ?,
            unchanged = unchanged + ?, quarantined = quarantined + ?, heartbeat_at = ? WHERE run_id = ?
            """,
            [
                .int(published.count), .int(sum.inserted), .int(sum.revised), .int(sum.retired), .int(sum.unchanged),
                .int(published.reduce(0) { $0 + $1.statement.rejectedRecords }), .timestamp(moment), .integer(run),
            ])
        guard movesCheckpoint, let day = published.compactMap(\.observation.batch.window?.to).max() else { return }
        // The schedule's checkpoint only ever moves forward.
        let reached = try session.first("SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?.day("through_date")
        if let reached, reached >= day { return }
        try upsert(
            "perigee_checkpoints", key: ["name"], columns: ["name", "through_date", "run_id", "updated_at"],
            [[.text("schedule"), .date(day), .integer(run), .timestamp(moment)]], session)
    }
}

/// What the log has of observations before they are published.
struct LogEntries {
    struct Entry {
        var state: BatchState
        var run: RunID
        var rules: Int?
        var publishedRun: RunID?
        var publishedAt: Date?
        var counts: PublishCounts?

        /// Whether a run has brought it to its end under a version of the rules.
        func isDone(by run: RunID, rules: Int) -> Bool { self.run == run && self.rules == rules && (state == .published || state == .refused) }
    }

    private(set) var entries: [Int64: Entry] = [:]

    init(_ items: [JudgedStatement], _ session: any SQLSession) throws {
        let sql = """
            SELECT observation_id, state, run_id, rules, published_run, published_at, inserted, revised, retired, unchanged
            FROM perigee_observations WHERE observation_id IN (*marks*)
            """
        try session.rows(sql, matching: items, { .integer($0.observation.id) }) { row in
            var entry = Entry(
                state: try row.word("state"), run: try row.int64("run_id"), rules: try row.optionalInt("rules"),
                publishedRun: try row.optionalInt64("published_run"), publishedAt: try row.optionalInstant("published_at"))
            if let inserted = try row.optionalInt("inserted") {
                var counts = PublishCounts()
                counts.inserted = inserted
                counts.revised = try row.int("revised")
                counts.retired = try row.int("retired")
                counts.unchanged = try row.int("unchanged")
                entry.counts = counts
            }
            entries[try row.int64("observation_id")] = entry
        }
    }
}
