import Foundation
public import NearEarth

/// Landing records and the staging table.
extension SQLStore {
    /// Records what was landed.
    public func recordLanding(_ landed: LandedFacts, of batch: Batch, by run: RunID) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        try await database.write { session in
            try Self.requireLeases([batch], run, session)
            try session.execute(
                """
                UPDATE perigee_batches SET state = 'landed', run_id = ?, raw_file = ?, raw_sha256 = ?, raw_bytes = ?, received_at = ?,
                request_id = ?, simulated = ?, error = NULL, updated_at = ? WHERE batch = ?
                """,
                [
                    .integer(run), .text(landed.file), .text(landed.sha256), .int(landed.bytes), .timestamp(landed.receivedAt),
                    .text(String(landed.requestID.prefix(100))), .bool(landed.isSimulated), moment, .text(batch.name),
                ])
        }
    }

    /// Puts batches' rows into the staging table.
    public func stage(_ group: [StagedBatch], by run: RunID) async throws(StoreError) {
        try await database.write { session in
            let new = try Self.requireLeases(group.map(\.batch), run, session)
            try bringIn(group, session)
            try recordStaged(group, new: new, by: run, session)
            try keepStaged(group.map(\.batch), session)
        }
    }

    /// What the ledger, the quarantine and the orbits' staging keep of batches whose rows have come in.
    func recordStaged(_ group: [StagedBatch], new: Set<Batch>, by run: RunID, _ session: any SQLSession) throws {
        let moment = SQLValue.timestamp(now())
        try upsert(
            "perigee_batches", key: ["batch"],
            columns: [
                "batch", "state", "run_id", "raw_file", "raw_sha256", "raw_bytes", "received_at", "request_id", "simulated", "processed_file",
                "element_count", "listed", "records", "rejected", "staged", "days", "error", "updated_at",
            ],
            group.lazy.map { staged in
                [
                    .text(staged.batch.name), .text("transformed"), .integer(run), .text(staged.landed.file), .text(staged.landed.sha256),
                    .int(staged.landed.bytes), .timestamp(staged.landed.receivedAt), .text(String(staged.landed.requestID.prefix(100))),
                    .bool(staged.landed.isSimulated), .text(staged.processedFile), .optional(staged.elementCount), .int(staged.listed),
                    .int(staged.records), .int(staged.rejectedRecords), .int(staged.rowCount), .text(Self.dayList(staged.days)), .null, moment,
                ]
            }, session)
        let known = group.map(\.batch).filter { !new.contains($0) }
        if !known.isEmpty {
            let these = Self.isOneOf(known)
            try session.execute("DELETE FROM perigee_staging_orbits WHERE \(these.sql)", these.values)
        }
        for staged in group where !staged.orbits.isEmpty {
            // An object that a body has twice counts once, as it stands last.
            let orbits = Dictionary(staged.orbits.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            try session.load(
                "perigee_staging_orbits", ["batch"] + Schema.orbitColumns, orbits.values.lazy.map { [.text(staged.batch.name)] + Self.values(of: $0) })
        }
        try quarantine(group, known, by: run, at: moment, session)
    }

    /// The values of `Schema.orbitColumns`.
    private static func values(of orbit: ObjectOrbit) -> [SQLValue] {
        [.text(orbit.id), .text(orbit.name), .optional(orbit.designation)]
            + Schema.orbitTexts.map { .optional(orbit.elements[$0].map { String($0.prefix(255)) }) }
            // A text that is no number has no place in a decimal column; the raw body keeps it.
            + Schema.orbitDecimals.map { column in
                .optionalDecimal(orbit.elements[column].flatMap { Double($0) != nil ? $0 : nil })
            }
    }

    /// The days as the ledger keeps them: `2020-02-03=14 2020-02-04=9`.
    private static func dayList(_ days: [StagedBatch.ListedDay]) -> String {
        days.map { "\($0.date)=\($0.listed)" }.joined(separator: " ")
    }

    static func days(fromList text: String) -> [StagedBatch.ListedDay] {
        text.split(separator: " ").compactMap { item in
            let parts = item.split(separator: "=")
            guard parts.count == 2, let date = CalendarDate(parts[0]), let listed = Int(parts[1]) else { return nil }
            return StagedBatch.ListedDay(date: date, listed: listed)
        }
    }

    /// Brings the quarantine to what these bodies have: what is no longer wrong in the same body is resolved, what is wrong is open.
    private func quarantine(_ group: [StagedBatch], _ known: [Batch], by run: RunID, at moment: SQLValue, _ session: any SQLSession) throws {
        var entries: [[SQLValue]] = []
        if !known.isEmpty {
            let these = Self.isOneOf(known)
            try session.query(
                "SELECT quarantine_id, path, rule_name, batch, raw_sha256 FROM nasa_neo_quarantine WHERE \(these.sql)", these.values
            ) { entries.append($0) }
        }
        for staged in group {
            var fresh = staged.quarantined
            for entry in entries where entry[3].string == staged.batch.name && entry[4].string == staged.landed.sha256 {
                let number = SQLValue.optional(entry[0].int64)
                let again = fresh.firstIndex { $0.path == entry[1].string && $0.rule == entry[2].string }
                if let again { fresh.remove(at: again) }
                try session.execute(
                    "UPDATE nasa_neo_quarantine SET status = ?, resolved_run = ? WHERE quarantine_id = ? AND status <> ?",
                    again != nil
                        ? [.text("open"), .null, number, .text("open")]
                        : [.text("resolved"), .integer(run), number, .text("resolved")])
            }
            let columns = [
                "status", "batch", "rule_name", "path", "record_path", "value", "reason", "spk_id", "raw_file", "raw_sha256", "record", "run_id", "created_at",
            ]
            try session.insert(
                "nasa_neo_quarantine", columns,
                fresh.lazy.map { record in
                    [
                        .text("open"), .text(staged.batch.name), .text(record.rule), .text(String(record.path.prefix(300))),
                        .text(String(record.recordPath.prefix(300))), .text(String(record.value.prefix(400))), .text(String(record.reason.prefix(400))),
                        .optional(record.spkID), .text(staged.landed.file), .text(staged.landed.sha256), .text(record.record), .integer(run), moment,
                    ]
                }, "")
        }
    }
}

extension Batch {
    /// The day that a batch's versions bear: the window's last, or the one on which an object's or a page's body came.
    func day(received: Date) -> CalendarDate { window?.to ?? CalendarDate.day(of: received) }

    /// Whether both would reconcile the same rows.
    func overlaps(_ other: Batch) -> Bool {
        guard let window, let otherWindow = other.window else { return self == other }
        return window.from <= otherWindow.to && otherWindow.from <= window.to
    }
}
