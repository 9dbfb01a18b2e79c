import NearEarth

/// The rows that a transaction is about, in a temporary table: on their way into staging, through the audit, into the data.
extension SQLStore {
    static let incoming = Schema.incoming.name

    /// An empty table for them.
    func openIncoming(_ session: any SQLSession) throws {
        for statement in database.dialect.temporary(Schema.incoming) { try session.execute(statement) }
    }

    /// Rows that an engine has made.
    func bringIn(_ group: [StagedBatch], _ session: any SQLSession) throws {
        try openIncoming(session)
        let rows = group.lazy.flatMap { staged in
            let name = SQLValue.text(staged.batch.name)
            let source = SQLValue.text(staged.batch.source.rawValue)
            let day = SQLValue.date(staged.batch.day(received: staged.landed.receivedAt))
            let seen = SQLValue.timestamp(staged.landed.receivedAt)
            return staged.approaches.lazy.map { Self.row($0, name, source, day, seen) }
        }
        try session.load(Self.incoming, Schema.incoming.columns.map(\.name), rows)
        for staged in group { if let count = staged.rowsInStaging { try bringInStaged(staged, rows: count, session) } }
    }

    /// Rows that were staged before.
    func bringInStaged(_ records: [Batch: BatchRecord], _ session: any SQLSession) throws {
        try openIncoming(session)
        for (batch, record) in records {
            guard let received = record.receivedAt else { continue }
            let columns = (["batch"] + Schema.facts).joined(separator: ", ")
            try session.execute(
                "INSERT INTO \(Self.incoming) (\(columns), batch_date, seen_at) SELECT \(columns), ?, ? FROM perigee_staging WHERE batch = ?",
                [.date(batch.day(received: received)), .timestamp(received), .text(batch.name)])
        }
    }

    /// Keeps the rows of these batches in the staging table, in place of what it has of them.
    func keepStaged(_ batches: [Batch], _ session: any SQLSession) throws {
        guard !batches.isEmpty else { return }
        let these = Self.isOneOf(batches)
        let columns = (["batch"] + Schema.facts).joined(separator: ", ")
        try session.execute("DELETE FROM perigee_staging WHERE \(these.sql)", these.values)
        try session.execute(
            "INSERT INTO perigee_staging (\(columns)) SELECT \(columns) FROM \(Self.incoming) WHERE \(these.sql)", these.values)
    }

    /// The values of the table's columns.
    private static func row(_ approach: CloseApproach, _ batch: SQLValue, _ source: SQLValue, _ day: SQLValue, _ seen: SQLValue) -> [SQLValue] {
        [
            batch, .text(approach.id), .text(approach.neoReferenceID), .text(approach.name), .optionalDecimal(approach.absoluteMagnitude),
            .bool(approach.isPotentiallyHazardous), .optionalDecimal(approach.diameterMaxKilometers),
            .optionalDecimal(approach.diameterMinKilometers), .optional(approach.approachDateFull),
            .decimal(approach.velocityKilometersPerSecond), .decimal(approach.missDistanceKilometers), .text(approach.orbitingBody),
            .date(approach.observationDate), .optional(approach.isSentryObject), .optional(approach.epochMilliseconds),
            .optionalDecimal(approach.missDistanceAU), source, .text(approach.record), day, seen,
        ]
    }
}
