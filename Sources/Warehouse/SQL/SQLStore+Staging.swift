import Foundation
public import NearEarth

/// Landing records and the staging table.
extension SQLStore {
    /// Records what was landed.
    public func recordLanding(_ landed: LandedFacts, of batch: Batch, by run: RunID) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        try await database.write { session in
            try Self.requireLease(batch, run, session)
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

    /// Puts a batch's rows into the staging table.
    public func stage(_ staged: StagedBatch, by run: RunID) async throws(StoreError) {
        let moment = SQLValue.timestamp(now())
        let name = SQLValue.text(staged.batch.name)
        let days = Self.dayList(staged.days)
        try await database.write { session in
            try Self.requireLease(staged.batch, run, session)
            try session.execute("DELETE FROM perigee_staging WHERE batch = ?", [name])
            try session.load(
                "perigee_staging", ["batch"] + Schema.facts, staged.approaches.lazy.map { [name] + Self.facts(of: $0, source: staged.batch.source) })
            try session.execute("DELETE FROM perigee_staging_orbits WHERE batch = ?", [name])
            if !staged.orbits.isEmpty {
                try session.execute(
                    upsert("perigee_staging_orbits", key: ["batch", "id"], columns: Array(Schema.orbitColumns.dropFirst())),
                    each: staged.orbits.lazy.map { [name] + Self.values(of: $0) })
            }
            try quarantine(staged, by: run, at: moment, session)
            try session.execute(
                """
                UPDATE perigee_batches SET state = 'transformed', run_id = ?, raw_file = ?, raw_sha256 = ?, raw_bytes = ?, received_at = ?,
                simulated = ?, processed_file = ?, element_count = ?, listed = ?, records = ?, rejected = ?, staged = ?, days = ?, error = NULL,
                updated_at = ? WHERE batch = ?
                """,
                [
                    .integer(run), .text(staged.landed.file), .text(staged.landed.sha256), .int(staged.landed.bytes),
                    .timestamp(staged.landed.receivedAt), .bool(staged.landed.isSimulated), .text(staged.processedFile),
                    .optional(staged.elementCount), .int(staged.listed), .int(staged.records), .int(staged.rejectedRecords),
                    .int(staged.approaches.count), .text(days), moment, name,
                ])
        }
    }

    /// The values of `Schema.facts`.
    private static func facts(of approach: CloseApproach, source: Batch.Source) -> [SQLValue] {
        [
            .text(approach.id), .text(approach.neoReferenceID), .text(approach.name), .optionalDecimal(approach.absoluteMagnitude),
            .bool(approach.isPotentiallyHazardous), .optionalDecimal(approach.diameterMaxKilometers),
            .optionalDecimal(approach.diameterMinKilometers), .optional(approach.approachDateFull),
            .decimal(approach.velocityKilometersPerSecond), .decimal(approach.missDistanceKilometers), .text(approach.orbitingBody),
            .date(approach.observationDate), .optional(approach.isSentryObject), .optional(approach.epochMilliseconds),
            .optionalDecimal(approach.missDistanceAU), .text(source.rawValue), .text(approach.record),
        ]
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

    /// Brings the quarantine to what this body has: what is no longer wrong in the same body is resolved, what is wrong is open.
    private func quarantine(_ staged: StagedBatch, by run: RunID, at moment: SQLValue, _ session: any SQLSession) throws {
        let name = SQLValue.text(staged.batch.name)
        let digest = SQLValue.text(staged.landed.sha256)
        var known: [[SQLValue]] = []
        try session.query(
            "SELECT quarantine_id, path, rule_name FROM nasa_neo_quarantine WHERE batch = ? AND raw_sha256 = ?", [name, digest]
        ) { known.append($0) }
        var fresh = staged.quarantined
        for entry in known {
            let number = SQLValue.optional(entry[0].int64)
            let again = fresh.firstIndex { $0.path == entry[1].string && $0.rule == entry[2].string }
            if let again { fresh.remove(at: again) }
            try session.execute(
                "UPDATE nasa_neo_quarantine SET status = ?, resolved_run = ? WHERE quarantine_id = ? AND status <> ?",
                again != nil
                    ? [.text("open"), .null, number, .text("open")]
                    : [.text("resolved"), .integer(run), number, .text("resolved")])
        }
        try session.execute(
            """
            INSERT INTO nasa_neo_quarantine (status, batch, rule_name, path, record_path, value, reason, spk_id, raw_file, raw_sha256, record,
            run_id, created_at) VALUES ('open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            each: fresh.lazy.map { record in
                [
                    name, .text(record.rule), .text(String(record.path.prefix(300))), .text(String(record.recordPath.prefix(300))),
                    .text(String(record.value.prefix(400))), .text(String(record.reason.prefix(400))), .optional(record.spkID),
                    .text(staged.landed.file), digest, .text(record.record), .integer(run), moment,
                ]
            })
    }
}
