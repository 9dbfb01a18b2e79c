import Foundation
import NearEarth

/// The last step: what was judged goes into the log, and what was accepted into the data.
extension Store {
    /// Publishes batches' judged statements, each batch's own in the order of their stamps, all in one transaction: the
    /// data and its history, the log, the quarantine, the ledger and the checkpoint. Windows of one call must not
    /// overlap, and a batch that is not a window goes alone. Counts are of each batch; a batch whose statements were
    /// all refused changes nothing but the log.
    public func publish(_ group: [[JudgedStatement]], by run: RunID, checkpointLimit: CalendarDate?)
        async throws(StoreError) -> [PublishCounts]
    {
        let accepted = group.map { $0.map { $0.judgment.isAccepted ? Incoming($0.observation, $0.statement) : nil } }
        return try await database.write { session in
            var log: [Int64: LogEntry] = [:]
            let known = "SELECT * FROM perigee_observations WHERE observation_id IN (*marks*)"
            for row in try session.rows(known, matching: group.joined().map(\.observation.id)) {
                log[try row["observation_id"]] = try LogEntry(row)
            }
            // Begun anew after a commit whose answer was lost: then it is done, and these are its counts.
            if let counts = try published(group, by: run, log, session) { return counts }
            try Self.requireLeases(group.compactMap(\.first?.observation.batch), run, session)
            try requireOrigin(of: group.flatMap(\.self).filter(\.judgment.isAccepted).map(\.observation), session)
            // In the lock: what is published later is of a later moment.
            let moment = try Publication.next(now(), session)
            // What is refused says nothing, also where it was published under earlier rules.
            let incoming = zip(group, accepted).map { statements, accepted in
                zip(statements, accepted).compactMap { item, accepted in
                    if accepted != nil || log[item.observation.id]?.publication == nil { return accepted }
                    return Incoming(item.observation, item.statement, isWithdrawn: true)
                }
            }
            let scope = try Scope(of: incoming.flatMap(\.self), session)
            let counts = try Self.apply(incoming, scope, at: Timestamp.text(moment), session)
            if isRewrite(group, incoming, counts, log) { try Publication.noteRewrite(at: moment, session) }
            try record(group, incoming, counts, log, by: run, at: moment, session)
            try updateQuarantine(group.flatMap(\.self), by: run, at: moment, session)
            try recordEnd(group, counts, by: run, at: moment, checkpointLimit: checkpointLimit, session)
            return counts
        }
    }

    /// Whether what was published before counts for something else now: it was judged under other rules, or says
    /// something else.
    private func isRewrite(
        _ group: [[JudgedStatement]], _ incoming: [[Incoming]], _ counts: [PublishCounts], _ log: [Int64: LogEntry]
    ) -> Bool {
        if incoming.joined().contains(where: \.isWithdrawn) { return true }
        return zip(group, counts).contains { statements, counts in
            let again = statements.filter { log[$0.observation.id]?.publication != nil }
            guard !again.isEmpty else { return false }
            return counts.inserted + counts.revised + counts.retired > 0
                || again.contains { $0.judgment.verdict.rules != log[$0.observation.id]?.rules }
        }
    }

    /// Writes what batches' statements change of the approaches and orbits that they speak of; counts of each batch.
    private static func apply(_ group: [[Incoming]], _ scope: Scope, at moment: String, _ session: any SQLSession)
        throws -> [PublishCounts]
    {
        var counts = group.map { _ in PublishCounts() }
        let approaches = try Changes<ApproachRow>(at: moment)
        // By days: rows that lie together go in together.
        var keys = group.indices.flatMap { batch in scope.keys(of: group[batch]).map { (key: $0, batch: batch) } }
            .sorted { $0.key > $1.key }
        try approaches.apply(session) {
            guard let (key, batch) = keys.popLast() else { return false }
            let concerned = group[batch].filter { $0.rows[key] != nil || $0.speaks(of: key) }
            switch approaches.add(key, from: scope.approaches[key], to: scope.versions(of: key, adding: concerned)) {
            case .inserted: counts[batch].inserted += 1
            case .revised: counts[batch].revised += 1
            case .retired: counts[batch].retired += 1
            case .unchanged: if concerned.contains(where: { $0.rows[key] != nil }) { counts[batch].unchanged += 1 }
            case .absent: break
            }
            return true
        }
        let orbits = try Changes<ObjectOrbit>(at: moment)
        for statements in group {
            for id in Set(statements.flatMap(\.statement.objects)) {
                _ = orbits.add(id, from: scope.orbits[id], to: scope.orbitVersions(of: id, adding: statements))
            }
        }
        try orbits.apply(session)
        return counts
    }

    /// What a publication by this run, whose end was not heard of, has changed; nil where there was none.
    private func published(
        _ group: [[JudgedStatement]], by run: RunID, _ log: [Int64: LogEntry], _ session: any SQLSession
    ) throws -> [PublishCounts]? {
        let isLogged = group.flatMap(\.self).allSatisfy {
            log[$0.observation.id]?.isDone(by: run, rules: $0.judgment.verdict.rules) ?? false
        }
        guard isLogged else { return nil }
        let leases = try Self.leases(of: group.compactMap(\.first?.observation.batch), session)
        guard !leases.values.contains(run) else { return nil }
        return group.map { statements in
            statements.last(where: \.judgment.isAccepted).flatMap { log[$0.observation.id]?.counts } ?? PublishCounts()
        }
    }

    /// The first publication decides whether a store holds NASA's data or the simulator's.
    private func requireOrigin(of observations: [Observation], _ session: any SQLSession) throws {
        for offered in Set(observations.map { $0.isSimulated ? "simulated" : "nasa" }).sorted() {
            let row = try session.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")
            if let holds: String = try row?["setting"] {
                if holds != offered { throw StoreError.mixedOrigin(store: location, holds: holds, offered: offered) }
            } else {
                try session.execute("INSERT INTO perigee_meta (name, setting) VALUES ('origin', ?)", offered)
            }
        }
    }

    // MARK: The log

    /// Writes the observations, what they list, and what was said of them.
    private func record(
        _ group: [[JudgedStatement]], _ incoming: [[Incoming]], _ counts: [PublishCounts], _ log: [Int64: LogEntry],
        by run: RunID, at moment: Date, _ session: any SQLSession
    ) throws {
        let accepted = Set(group.joined().filter(\.judgment.isAccepted).map(\.observation.id))
        let logged = Dictionary(
            incoming.joined().filter { accepted.contains($0.observation.id) }.map { ($0.observation.id, $0) },
            uniquingKeysWith: { first, _ in first })
        var rows: [SQLFields] = []
        for (statements, counts) in zip(group, counts) {
            let newest = statements.last(where: \.judgment.isAccepted)?.observation.id
            for item in statements {
                let id = item.observation.id
                let isAccepted = item.judgment.isAccepted
                let publication = isAccepted ? log[id]?.publication ?? (run, moment) : nil
                // Of its first publication, also where it is published again.
                let counts = isAccepted ? log[id]?.counts ?? (id == newest ? counts : nil) : nil
                rows.append(
                    item.fields(isAccepted ? .published : .refused, by: run) + [
                        "element_count": item.statement.elementCount, "listed": item.statement.listed,
                        "staged": item.statement.rows.count, "unreadable": logged[id]?.observation.unreadableText,
                        "published_run": publication?.run, "published_at": publication?.at,
                        "inserted": counts?.inserted, "revised": counts?.revised, "retired": counts?.retired,
                        "unchanged": counts?.unchanged,
                    ])
            }
        }
        for table in ["perigee_observations", "perigee_days", "perigee_objects"] {
            try session.execute("DELETE FROM \(table) WHERE observation_id IN (*marks*)", matching: log.keys)
        }
        try session.append(to: "perigee_observations", rows)
        try session.append(
            to: "perigee_days",
            logged.values.filter(\.observation.isFeed).flatMap { one in
                one.statement.days.map { one.observation.fields + ["observation_date": $0.date, "listed": $0.listed] }
            })
        try session.append(
            to: "perigee_objects",
            logged.values.filter { !$0.observation.isFeed }.flatMap { one in
                let orbits = Set(one.statement.orbits.map(\.id))
                return Set(one.statement.objects).sorted().map { id in
                    one.observation.fields + ["id": id, "has_orbit": orbits.contains(id)]
                }
            })
        try recordVerdicts(group.flatMap(\.self), by: run, session)
    }

    /// What the run did, and how far the schedule is.
    private func recordEnd(
        _ group: [[JudgedStatement]], _ counts: [PublishCounts], by run: RunID, at moment: Date,
        checkpointLimit: CalendarDate?, _ session: any SQLSession
    ) throws {
        let batches = group.compactMap(\.last)
        try session.upsert(
            "perigee_batches",
            batches.map {
                [
                    "batch": $0.observation.batch, "run_id": run, "lease_run": SQLValue.null, "error": $0.refusal,
                    "updated_at": moment,
                ]
            })
        let sum = counts.reduce(PublishCounts(), +)
        let published = batches.filter(\.judgment.isAccepted)
        try session.execute(
            """
            UPDATE perigee_runs SET published = published + ?, inserted = inserted + ?, revised = revised + ?, retired = retired + ?,
            unchanged = unchanged + ?, quarantined = quarantined + ?, heartbeat_at = ? WHERE run_id = ?
            """,
            published.count, sum.inserted, sum.revised, sum.retired, sum.unchanged,
            published.reduce(0) { $0 + $1.statement.rejectedRecords }, moment, run)
        // A window without a single approach is not done with: it moves nothing.
        guard let checkpointLimit,
            let day = published.filter({ $0.statement.listed > 0 }).compactMap(\.observation.batch.window)
                .filter({ $0.from <= checkpointLimit }).map({ min($0.to, checkpointLimit) }).max()
        else { return }
        // The schedule's checkpoint only ever moves forward.
        let reached: CalendarDate? = try session.first(
            "SELECT through_date FROM perigee_checkpoints WHERE name = 'schedule'")?["through_date"]
        if let reached, reached >= day { return }
        try session.upsert(
            "perigee_checkpoints", [["name": "schedule", "through_date": day, "run_id": run, "updated_at": moment]])
    }
}

/// What the log has of an observation before it is published.
private struct LogEntry {
    let state: BatchState
    let run: RunID
    let rules: Int?
    /// Of its first publication, like the counts.
    let publication: (run: RunID, at: Date)?
    let counts: PublishCounts?

    init(_ row: SQLRow) throws {
        let (publishedRun, inserted): (RunID?, Int?) = (try row["published_run"], try row["inserted"])
        (state, run, rules) = try (row["state"], row["run_id"], row["rules"])
        publication = try publishedRun.map { ($0, try row["published_at"]) }
        counts = try inserted.map {
            try PublishCounts(
                inserted: $0, revised: row["revised"], retired: row["retired"], unchanged: row["unchanged"])
        }
    }

    /// Whether a run has brought it to its end under a version of the rules.
    func isDone(by run: RunID, rules: Int) -> Bool {
        self.run == run && self.rules == rules && (state == .published || state == .refused)
    }
}
